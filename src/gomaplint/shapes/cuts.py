"""Where the text of a key or value comes from: followed backwards through its cuts to what it was cut from."""

from __future__ import annotations

from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.infer import callees, type_expr, type_of
from gomaplint.model.names import Builtin, builtin, symbol
from gomaplint.model.program import Program
from gomaplint.model.symbols import Const, Func, underlying
from gomaplint.shapes import sharing
from gomaplint.shapes.ways import End, Found, Place, Text, Way, join, loop_between

_HOPS = 3  # calls crossed, up or down
_STEPS = 150  # expressions looked at for one key or value
_DEPTH = 50  # of them one inside the other
_SITES = 12  # call sites of one function
_PATH = 3  # fields selected one after the other


class _Call(NamedTuple):
    """A call that led into the function being read, and where the way came from."""

    func: Func
    call: g.CallExpr
    body: Body
    anchor: Place | None


class _State(NamedTuple):
    """The way so far; `anchor` is the node nearest to the source that runs once for each thing stored."""

    stored: Text
    anchor: Place | None
    cut: Place | None = None
    copy: Place | None = None
    listed: bool = False  # an element of what is followed is wanted,
    item: g.Expr | None = None  # the one of this index
    same: str = ""
    many: Place | None = None
    held: tuple[Local, ...] = ()
    path: tuple[str, ...] = ()
    calls: tuple[_Call, ...] = ()
    hops: int = _HOPS


def ends(x: g.Expr, node: g.Node, body: Body, program: Program) -> list[End]:
    """What a key or value `x` that is put into a map at `node` holds in memory, as far as it is known to be large."""
    return _Tracer(program).trace(x, body, _State(Text(x, body), Place(node, body))) or []


class _Tracer:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.steps = self.depth = 0
        self.seen: dict[tuple[object, ...], Found] = {}

    def trace(self, x: g.Expr, body: Body, s: _State) -> Found:
        key = (id(x), s.cut is None, s.copy is None, s.listed, s.path, id(s.calls[-1].call) if s.calls else 0)
        if key in self.seen:
            return self.seen[key]
        self.seen[key] = []  # a variable assigned from itself adds nothing
        self.steps += 1
        if self.steps > _STEPS or self.depth > _DEPTH or len(s.path) > _PATH:
            return None
        self.depth += 1
        found = self.seen[key] = self.expression(x, body, s)
        self.depth -= 1
        return found

    def expression(self, x: g.Expr, body: Body, s: _State) -> Found:
        match x:
            case g.BasicLit() | g.FuncLit():
                return []
            case g.Ident():
                return self.name(x, body, s)
            case g.SelectorExpr(x=g.Ident() as whole, sel=sel) if whole.pos in body.bound:
                return self.trace(whole, body, s._replace(path=(*s.path, sel.name)))
            case g.IndexExpr(x=inner, indices=[item]) if not s.path:
                of = underlying(t.deref(type_of(inner, body)))
                listed = of is None or (isinstance(of, t.Slice) and sharing.is_text(of.elem))
                return self.trace(inner, body, s._replace(listed=True, item=item)) if listed else None
            case g.SliceExpr(x=inner):
                share = sharing.sliced(x, body)
                if share is None:
                    return self.trace(inner, body, s)
                return self.taken(share, x, body, s) if not s.listed else None  # else a byte
            case g.UnaryExpr(op="&", x=g.CompositeLit() as inner):
                return self.composite(inner, body, s)
            case g.CompositeLit():
                return self.composite(x, body, s)
            case g.CallExpr():
                return self.call(x, body, s, 0)
        return None

    def taken(self, share: sharing.Share, x: g.Expr, body: Body, s: _State) -> Found:
        """Go on with the text of which an expression takes a part, or all."""
        s = s._replace(listed=False, item=None)
        if share.takes in ("part", "rest") and s.copy is not None:
            return None  # a copy of a part, or of what is left: nobody knows of what size
        if share.takes == "part":
            s = s._replace(cut=s.cut or Place(x, body))
        elif share.takes == "same" and s.copy is None:
            s = s._replace(same=s.same or share.by)
        return self.trace(share.of, body, s)

    def composite(self, x: g.CompositeLit, body: Body, s: _State) -> Found:
        """The one field that is asked for, or everything that a value made here holds."""
        if isinstance(x.type, g.MapType):
            return None
        if s.path:
            for element in x.elts:
                if isinstance(element.key, g.Ident) and element.key.name == s.path[-1]:
                    return self.trace(element.value, body, s._replace(path=s.path[:-1]))
            return [] if x.elts and x.elts[0].key is not None else None
        return self.parts([e.value for e in x.elts], x, body, s)

    def parts(self, values: list[g.Expr], x: g.Expr, body: Body, s: _State) -> Found:
        """Values that are kept side by side in a struct or list."""
        found: list[End] = []
        for value in values:
            if sharing.is_text(type_of(value, body)):
                inner = s._replace(anchor=Place(x, body), listed=False, item=None)
                if s.cut is None and s.copy is None and not s.listed:
                    inner = inner._replace(stored=Text(value, body))
                found += self.trace(value, body, inner) or []
        return found

    # -- names

    def name(self, x: g.Ident, body: Body, s: _State) -> Found:
        found = symbol(x, body)
        if isinstance(found, Local):
            return self.local(found, x, s)
        return [] if isinstance(found, (Const, Builtin)) else None

    def local(self, local: Local, x: g.Node, s: _State) -> Found:
        body = local.body
        if local.kind == "const":
            return []
        if local.kind == "recv" or (local.kind in ("param", "result") and local.lit is not None):
            return None
        if s.copy is None and (s.cut is not None or s.listed):
            s = s._replace(held=(*s.held, local))
        ways: list[Way] = []
        if local.kind == "param":
            ways.append(Way(self.param(local, s), x, body))
        for source in local.sources:
            found = self.source(source.expr, source.how, source.number, body, s)
            ways.append(Way(found, source.at, body, _mentions(source.expr, local)))
        if s.path:
            ways += self.assigned(local, s)
        elif local.kind == "var" and not local.sources:
            size = sharing.buffer(local.type, body)
            if size is not None:
                return self.end(local.stmt or x, f"the {size} bytes of {local.name}", body, s)
            if any(_address(use, body) for use in local.uses):
                return None  # filled by whoever takes its address
        return join(ways)

    def assigned(self, local: Local, s: _State) -> list[Way]:
        """What assignments to one field of a variable put there."""
        body = local.body
        ways: list[Way] = []
        for use in local.uses:
            selector = body.parent(use)
            if not isinstance(selector, g.SelectorExpr) or selector.sel.name != s.path[-1]:
                continue
            stmt = body.parent(selector)
            if isinstance(stmt, g.AssignStmt) and any(target is selector for target in stmt.lhs):
                value = stmt.value_of(selector) if len(stmt.lhs) == len(stmt.rhs) else None
                inner = s._replace(path=s.path[:-1])
                ways.append(Way(self.trace(value, body, inner) if value is not None else None, stmt, body))
        return ways

    def source(self, x: g.Expr, how: str, number: int, body: Body, s: _State) -> Found:
        if how == "value" or (how == "result" and number == 0 and not isinstance(x, g.CallExpr)):
            # v, ok := m[k] and its kin are no texts cut here.
            return self.trace(x, body, s) if how == "value" else None
        if how == "result" and isinstance(x, g.CallExpr):
            return self.call(x, body, s, number)
        if how == "element" or (how == "key" and sharing.yields_parts(x, body)):
            of = underlying(t.deref(type_of(x, body)))
            if of is None or isinstance(of, t.Slice):
                return self.trace(x, body, s._replace(listed=True, item=None))
        return None

    def param(self, local: Local, s: _State) -> Found:
        func = local.body.owner
        if local.variadic or not isinstance(func, Func):
            return None
        many = s.many or (loop_between(s.anchor, None) if s.anchor is not None else None)
        if s.calls and s.calls[-1].func is func:
            _, call, caller, anchor = s.calls[-1]
            if local.index >= len(call.args) or call.ellipsis:
                return None
            up = s._replace(anchor=anchor, many=many, calls=s.calls[:-1])
            return self.trace(call.args[local.index], caller, up)
        if s.hops <= 0 or s.calls:
            return None
        found: list[End] = []
        for ref in self.program.references(func)[:_SITES]:
            if ref.call is None or not ref.sure or ref.body.file.for_tests:
                continue
            if local.index < len(ref.call.args) and not _is_method_expression(ref.call, ref.body):
                up = s._replace(anchor=Place(ref.call, ref.body), many=many, hops=s.hops - 1)
                found += self.trace(ref.call.args[local.index], ref.body, up) or []
        return found or None

    # -- calls

    def call(self, x: g.CallExpr, body: Body, s: _State, number: int) -> Found:
        name = builtin(x, body)
        if name == "append":
            return self.appended(x, body, s)
        if name is not None:
            size = sharing.buffer(x, body)
            return (
                self.end(x, f"the {size} bytes of {body.file.text(x, 40)}", body, s)
                if size is not None
                else None
            )
        if s.path:
            return self.returned(x, body, s, number)
        copies = sharing.converted(x, body)
        if copies is not None:
            return self.conversion(x, body, s, copies)
        says = sharing.whole(x, body) if number == 0 else None
        if says is not None:
            return self.end(x, says, body, s)
        share = sharing.called(x, body, number, s.item, s.listed)
        return self.taken(share, x, body, s) if share is not None else self.returned(x, body, s, number)

    def appended(self, x: g.CallExpr, body: Body, s: _State) -> Found:
        """What is added to a list; bytes are copied."""
        of = underlying(type_of(x, body))
        if s.path or not isinstance(of, t.Slice) or underlying(of.elem) == t.Basic("uint8"):
            return None
        added = x.args[1:]
        return self.trace(added[0], body, s) if x.ellipsis and added else self.parts(added, x, body, s)

    def conversion(self, x: g.CallExpr, body: Body, s: _State, copies: bool) -> Found:
        if s.listed:
            return None  # a byte
        if copies and s.copy is None:
            s = s._replace(copy=Place(x, body))
        return self.trace(x.args[0], body, s)

    def returned(self, x: g.CallExpr, body: Body, s: _State, number: int) -> Found:
        """What a function of the module gives back."""
        funcs = callees(x, body)
        if len(funcs) != 1 or s.hops <= 0:
            return None
        inside = self.program.body(funcs[0])
        calls = (*s.calls, _Call(funcs[0], x, body, s.anchor))
        down = s._replace(anchor=None, calls=calls, hops=s.hops - 1)
        ways: list[Way] = []
        for stmt in inside.returns:
            if inside.lit_of(stmt) is not None:
                continue
            found: Found = None
            if number < len(stmt.results) and len(stmt.results) == len(funcs[0].type.results):
                found = self.trace(stmt.results[number], inside, down)
            elif len(stmt.results) == 1 and isinstance(stmt.results[0], g.CallExpr):
                found = self.call(stmt.results[0], inside, down, number)
            elif not stmt.results and number < len(inside.results):
                found = self.local(inside.results[number], stmt, down)
            ways.append(Way(found, stmt, inside))
        return join(ways)

    def end(self, x: g.Node, says: str, body: Body, s: _State) -> Found:
        if s.path or s.listed:
            return None
        read = Place(x, body)
        many = s.many or (loop_between(s.anchor, read) if s.anchor is not None else None)
        return [End(s.copy or read, read, says, s.stored, s.cut, s.same, many, s.held)]


def _mentions(x: g.Expr, local: Local) -> bool:
    return any(x.pos <= use.pos < x.end for use in local.uses)


def _address(use: g.Ident, body: Body) -> bool:
    parent = body.parent(use)
    return isinstance(parent, g.UnaryExpr) and parent.op == "&"


def _is_method_expression(call: g.CallExpr, body: Body) -> bool:
    return isinstance(call.fun, g.SelectorExpr) and type_expr(call.fun.x, body) is not None
