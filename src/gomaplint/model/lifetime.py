"""How long the owner of a container lives: who holds it, and where it is born."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.infer import builtin, type_of, var_type
from gomaplint.model.program import Program
from gomaplint.model.reach import Reach, Run, When, carrier, carrier_of, endless
from gomaplint.model.symbols import (
    Field,
    Func,
    Scope,
    StructDecl,
    TypeDecl,
    Var,
    is_exported,
    resolve,
    underlying,
)
from gomaplint.span import Answer

_DEPTH = 6
_BIRTHS = 40


class Birth(NamedTuple):
    """A place where a value of a type is made."""

    body: Body
    node: g.Node
    run: Run


class Holder(NamedTuple):
    """A variable or field that holds a type: by itself or a pointer to it, or (`many`) as element of something."""

    decl: Var | Field
    many: bool


class Lifetimes:
    """Answers for one program."""

    def __init__(self, program: Program, reach: Reach) -> None:
        self.program = program
        self.reach = reach
        self._holders: dict[TypeDecl, list[Holder]] | None = None
        self._answers: dict[TypeDecl, Answer] = {}
        self._births: dict[TypeDecl, list[Birth]] = {}

    def of(self, decl: Var | Field | Local) -> Answer:
        """Whether a variable or field lives as long as the program."""
        if isinstance(decl, Var):
            return Answer(True, "is a package variable", decl.at)
        if isinstance(decl, Local):
            return self.local(decl)
        return self.struct(decl.struct)

    def local(self, local: Local) -> Answer:
        """Whether a local is kept for ever: captured by a handler, or used in a loop that does not end."""
        body, at = local.body, local.body.file.span(local.pos, local.end)
        use = next((u for u in local.uses if outlives(local, u)), None)
        if use is None:
            return Answer(False, f"lives no longer than a call of {body}", at)
        run = self.reach.of(local.stmt, body) if local.stmt is not None else self.reach.owner(body)
        if run.when is When.START:
            return Answer(True, f"is made once, as the code {run.why}, and captured by code that goes on", at)
        if run.when is When.OPEN and not run.looped:
            return Answer(None, f"lives as long as its importers let {body} run", at)
        if run.when is When.RUN and not run.looped and isinstance(body.owner, Func):
            started = [r for r in self.program.references(body.owner) if r.call is not None]
            if started and all(
                self.reach.of(r.call, r.body).when is When.START for r in started if r.call is not None
            ):
                return Answer(True, f"lives as long as the goroutine {body}, started once", at)
        return Answer(False, f"is made anew: {run.why}", at)

    def struct(self, struct: StructDecl, depth: int = 0) -> Answer:
        owner = struct.owner
        if isinstance(owner, Var):
            return Answer(True, f"belongs to the package variable {owner}", owner.at)
        if isinstance(owner, Field):
            return self.struct(owner.struct, depth)
        if isinstance(owner, TypeDecl):
            return self.type(owner, depth)
        return Answer(None, "belongs to a struct without a name", None)

    def type(self, decl: TypeDecl, depth: int = 0) -> Answer:
        """Whether values of a type live as long as the program."""
        known = self._answers.get(decl)
        if known is None:
            if depth > _DEPTH:
                return Answer(None, f"{decl} is held by too many others to tell", decl.at)
            self._answers[decl] = Answer(None, f"{decl} holds itself", decl.at)
            known = self._decide(decl, depth)
            self._answers[decl] = known
        return known

    def _decide(self, decl: TypeDecl, depth: int) -> Answer:
        holders = self.holders().get(decl, [])
        for holder in holders:
            if isinstance(holder.decl, Var) and not holder.many:
                return Answer(True, f"{decl} is held by the package variable {holder.decl}", holder.decl.at)
        births = self.births(decl)
        early = [b for b in births if b.run.when is When.START]
        served = [b for b in births if b.run.when is When.REQUEST]
        if early and not served:
            first = early[0]
            return Answer(
                True,
                f"{decl} is made once: {first.run.why}",
                first.body.file.span(first.node.pos, first.node.end),
            )
        if births and len(served) == len(births):
            first = served[0]
            return Answer(
                False,
                f"{decl} is made for each request: {first.run.why}",
                first.body.file.span(first.node.pos, first.node.end),
            )
        entity = next((h for h in holders if h.many), None)
        if entity is not None:
            return Answer(
                False, f"{decl} is an entry of {entity.decl}, which decides how long it lives", entity.decl.at
            )
        again = [b for b in births if b.run.looped and b.run.when is When.RUN]
        if births and len(again) == len(births):
            first = again[0]
            return Answer(
                False, f"{decl} is made anew in a loop", first.body.file.span(first.node.pos, first.node.end)
            )
        if early:
            return Answer(
                None,
                f"{decl} is made at the start and for requests",
                early[0].body.file.span(early[0].node.pos, early[0].node.end),
            )
        for holder in holders:
            if isinstance(holder.decl, Field) and not holder.many:
                outer = self.struct(holder.decl.struct, depth + 1)
                if outer.holds and not any(b.run.when is When.REQUEST for b in births):
                    return Answer(True, f"{decl} is held by {holder.decl}, and {outer.says}", holder.decl.at)
                if outer.holds is False:
                    return Answer(False, f"{decl} is held by {holder.decl}, and {outer.says}", holder.decl.at)
        if served:
            return Answer(
                None,
                f"{decl} is made for some requests",
                served[0].body.file.span(served[0].node.pos, served[0].node.end),
            )
        serving = self.serves(decl)
        if serving is not None:
            return serving
        if any(b.run.when is When.OPEN for b in births):
            first = next(b for b in births if b.run.when is When.OPEN)
            return Answer(
                None,
                f"{decl} is made by importers ({first.body})",
                first.body.file.span(first.node.pos, first.node.end),
            )
        if births:
            first = births[0]
            return Answer(
                None,
                f"{decl} is made while the program runs ({first.body})",
                first.body.file.span(first.node.pos, first.node.end),
            )
        return Answer(None, f"nothing in the module makes a {decl}", decl.at)

    def serves(self, decl: TypeDecl) -> Answer | None:
        """A type whose methods take requests is made once and serves many of them."""
        for twins in decl.methods.values():
            for method in twins:
                request = carrier(method)
                if request is not None and "http" in request.lower():
                    return Answer(True, f"{decl} serves requests: {method} takes a {request}", decl.at)
        return None

    # -- holders

    def holders(self) -> dict[TypeDecl, list[Holder]]:
        """Who holds each type, over all packages."""
        if self._holders is None:
            self._holders = {}
            for package in self.program.workspace.every:
                for var in package.vars.values():
                    if not var.file.test:
                        self._hold(var_type(var), var)
                for decl in package.types.values():
                    if decl.struct is not None and not decl.file.test:
                        for field in decl.struct.fields.values():
                            self._hold(field.type_in(decl.generic), field)
        return self._holders

    def _hold(self, of: t.Type | None, by: Var | Field, many: bool = False, depth: int = 0) -> None:
        assert self._holders is not None
        if depth > 4:
            return
        of = t.deref(of)
        match of:
            case t.Named(decl):
                below = underlying(of)
                if isinstance(below, (t.Map, t.Slice, t.Chan)):
                    self._hold(below, by, many, depth + 1)
                else:
                    self._holders.setdefault(decl, []).append(Holder(by, many))
            case t.Map(_, elem):
                self._hold(elem, by, True, depth + 1)
            case t.Slice(elem, length):
                # The shards of one container are as old as their array.
                self._hold(elem, by, many or length is None, depth + 1)
            case t.Chan(elem):
                self._hold(elem, by, True, depth + 1)

    # -- births

    def births(self, decl: TypeDecl) -> list[Birth]:
        """Where values of a type are made, outside tests."""
        found = self._births.get(decl)
        if found is None:
            self._births[decl] = []
            found = self._births[decl] = [
                Birth(body, node, self._born(node, body)) for body, node in list(self._made(decl))[:_BIRTHS]
            ]
        return found

    def _born(self, node: g.Node, body: Body) -> Run:
        if isinstance(body.owner, Func):
            connection = next((str(p) for p in body.owner.type.params if is_connection(p)), None)
            if connection is not None:
                at = body.file.span(node.pos, node.end)
                return Run(When.REQUEST, f"made in {body}, which takes a {connection}", at)
        return self.reach.of(node, body)

    def _made(self, decl: TypeDecl) -> Iterator[tuple[Body, g.Node]]:
        package = None if is_exported(decl.name) else decl.package
        for body in self.program.bodies_naming(decl.name, package):
            for literal in body.composites:
                if literal.type is not None and _is(type_of(literal, body), decl):
                    yield body, literal
            for call in body.calls:
                if call.args and builtin(call, body) == "new" and _is(t.deref(type_of(call, body)), decl):
                    yield body, call
            for local in body.locals:
                if (
                    local.kind == "var"
                    and local.type is not None
                    and isinstance(local.stmt, g.VarSpec)
                    and not local.sources
                    and _is(resolve(local.type, Scope(body.file, body.env, body.types)), decl)
                ):
                    yield body, local.stmt


def looped(node: g.Node, body: Body) -> bool:
    """The code stands in a loop of the function literal or function that runs it."""
    for parent in body.ancestors(node):
        if isinstance(parent, g.FuncLit):
            return False
        if isinstance(parent, (g.ForStmt, g.RangeStmt)):
            return True
    return False


def outlives(local: Local, use: g.Ident) -> bool:
    """A use in a handler, or in a loop without end, that began after the local was made."""
    body = local.body
    for parent in body.ancestors(use):
        if parent.pos <= local.pos < parent.end:
            return False
        if isinstance(parent, g.ForStmt) and endless(parent) and goes_on(parent, body):
            return True
        if isinstance(parent, g.FuncLit) and carrier_of(parent.type, body) is not None:
            return True
    return False


def goes_on(loop: g.ForStmt, body: Body) -> bool:
    """An endless loop that waits for what comes, and leaves no result behind: a server's, not a search's."""
    waits = False
    for node in g.walk(loop.body):
        if isinstance(node, g.BranchStmt) and node.tok == "break":
            nearest = next(
                (
                    a
                    for a in body.ancestors(node)
                    if isinstance(a, (g.ForStmt, g.RangeStmt, g.SwitchStmt, g.TypeSwitchStmt, g.SelectStmt))
                ),
                None,
            )
            if nearest is loop or node.label:
                return False
        waits = waits or isinstance(node, g.SelectStmt) or (isinstance(node, g.UnaryExpr) and node.op == "<-")
        if isinstance(node, g.CallExpr) and isinstance(node.fun, g.SelectorExpr):
            waits = waits or node.fun.sel.name in (
                "Accept",
                "AcceptTCP",
                "ReadFrom",
                "ReadFromUDP",
                "Recv",
                "ReadMessage",
                "Sleep",
                "Wait",
            )
    lit = body.lit_of(loop)
    results = (
        lit.type.results if lit is not None else body.lowered.type.results if body.lowered is not None else []
    )
    return waits and len(results) <= 1


def is_connection(of: t.Type | None) -> bool:
    """A type that stands for one network connection."""
    inner = t.deref(of)
    return (
        isinstance(inner, t.External)
        and [inner.path, inner.name] in knowledge.table("keys")["one-connection"]["types"]
    )


def _is(of: t.Type | None, decl: TypeDecl) -> bool:
    return isinstance(of, t.Named) and of.decl is decl
