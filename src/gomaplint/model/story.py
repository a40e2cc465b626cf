"""The life story of one container: where it grows, shrinks, is replaced, measured, and handed on.

A container is known by its declaration, never by its name.
Its story follows the map itself: through locals, parameters, results, receivers and fields it is assigned to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.knowledge import team
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import calls_one_of
from gomaplint.model.containers import Container, Effect, Event, Story
from gomaplint.model.infer import callees, member_of, type_expr, type_of
from gomaplint.model.names import Outside, builtin, is_standard, symbol
from gomaplint.model.program import Program, result_of
from gomaplint.model.symbols import Field, Func, Var, lookup, underlying

_PLACES = 60  # aliases followed for one container
_EVENTS = 600


class Result(NamedTuple):
    """One result of a function."""

    func: Func
    number: int


_BUILTINS = {"delete": Effect.REMOVE, "clear": Effect.CLEAR, "len": Effect.LEN}

Place = Var | Field | Local | Result


def _library_effect(path: str) -> Effect:
    """What a package outside the run does with a map: the standard library removes only where a table says so."""
    return Effect.READ if is_standard(path) else Effect.HANDED


def tell(container: Container, program: Program, methods: Mapping[str, str] | None = None) -> Story:
    """Collect the story of a container; `methods` tell what those of a library's container do, if it is no sync.Map."""
    return _Teller(container, program, methods or knowledge.methods("sync", "Map")).tell()


def tell_entries(
    container: Container,
    seeds: Iterable[tuple[Body, g.Expr]],
    program: Program,
    methods: Mapping[str, str] | None = None,
) -> Story:
    """The story of what the entries of a map hold, from the places where one is looked up or made.

    `container` stands for all of them: the declaration of the map, and the type of its values.
    Of structs it is only told where they stand: the selectors of their fields are the `parts` of the story.
    """
    return _Teller(container, program, methods or knowledge.methods("sync", "Map")).tell_from(seeds)


class _Teller:
    def __init__(self, container: Container, program: Program, methods: Mapping[str, str]) -> None:
        self.story = Story(container)
        self.program = program
        self.methods = methods
        self.todo: list[Place] = [container.decl]
        self.seen: set[Place] = {container.decl}
        self.direct = True

    def tell(self) -> Story:
        self.follow()
        story = self.story
        decl = story.container.decl
        if not isinstance(decl, Local):
            story.opaque = self.program.opaque(decl)
        return story

    def tell_from(self, seeds: Iterable[tuple[Body, g.Expr]]) -> Story:
        self.todo, self.direct = [], False
        for body, node in seeds:
            self.use(node, body)
        self.follow()
        return self.story

    def follow(self) -> None:
        story = self.story
        while self.todo:
            if len(self.seen) > _PLACES or len(story.events) > _EVENTS:
                story.cut = True
                break
            place = self.todo.pop(0)
            self.direct = place is story.container.decl
            for body, node in self.denotations(place):
                self.use(node, body)
        story.events.sort(key=lambda e: (e.body.file.path, e.node.pos))

    def denotations(self, place: Place) -> Iterator[tuple[Body, g.Expr]]:
        match place:
            case Var():
                yield from self.program.mentions(place)
                if place is self.story.container.decl:
                    self.initial(place)
            case Field():
                for body, node, sure in self.program.selections(place):
                    if sure:
                        yield body, node
                    elif self.direct:
                        self.story.unsure.append((body, node))
                if place.node.embedded and self.story.container.map is None:
                    yield from self.promoted(place)
            case Local():
                for use in place.uses:
                    yield place.body, use
            case Result(func=func, number=number):
                for ref in self.program.references(func):
                    if ref.call is not None and ref.sure:
                        if len(func.type.results) == 1:
                            yield ref.body, ref.call
                        else:
                            for local in result_of(ref.call, ref.body, number):
                                self.flow(local)

    def promoted(self, field: Field) -> Iterator[tuple[Body, g.Expr]]:
        """The operands of methods that an embedded sync.Map lends to the struct around it."""
        for name in self.methods:
            for body in self.program.bodies_naming(name, self.program.workspace.dependents(field.package)):
                for node in body.named.get(name, ()):
                    if isinstance(node, g.SelectorExpr) and member_of(node, body) is None:
                        member = lookup(type_of(node.x, body), field.name)
                        if member is not None and member.field is field:
                            yield body, node.x

    def initial(self, var: Var) -> None:
        value = self.program.initial(var)
        body = self.program.body(var)
        if value is not None and body.spec is not None:
            self.add(Effect.ASSIGN, body, body.spec, value=value)

    def add(
        self, effect: Effect, body: Body, node: g.Node, key: g.Expr | None = None, value: g.Expr | None = None
    ) -> None:
        self.story.events.append(Event(effect, body, node, key, value, self.direct))

    def flow(self, place: Place | None) -> None:
        if place is not None and place not in self.seen:
            self.seen.add(place)
            self.todo.append(place)
            if not isinstance(place, Result):
                self.story.names.append(place)

    # -- one place where the container stands

    def use(self, node: g.Expr, body: Body) -> None:
        """See what the code around a node that denotes the container does to it."""
        parent = body.parent(node)
        match parent:
            case g.IndexExpr(x=x, indices=indices) if x is node and indices:
                if isinstance(underlying(t.deref(type_of(node, body))), t.Slice):
                    self.use(parent, body)
                else:
                    self.element(parent, body, indices[0])
            case g.CallExpr():
                self.argument(node, parent, body)
            case g.SelectorExpr():
                self.method(parent, body)
            case g.RangeStmt(x=x):
                if x is node and isinstance(underlying(t.deref(type_of(node, body))), t.Slice):
                    value = parent.value
                    self.flow(body.bound.get(value.pos) if isinstance(value, g.Ident) else None)
                elif x is node:
                    self.add(Effect.RANGE, body, parent)
            case g.AssignStmt():
                self.assigned(node, parent, body)
            case g.VarSpec(names=names, values=values):
                for name, value in zip(names, values, strict=False):
                    if value is node:
                        self.flow(body.bound.get(name.pos) or body.file.package.vars.get(name.name))
            case g.ReturnStmt(results=results):
                if body.lit_of(parent) is None and isinstance(body.owner, Func):
                    for i, result in enumerate(results):
                        if result is node:
                            self.flow(Result(body.owner, i))
            case g.KeyValue(value=value):
                if value is not node:
                    self.add(Effect.ASSIGN, body, parent, value=value)
                elif (field := field_set(parent, body)) is not None:
                    self.flow(field)
                else:
                    self.add(Effect.HANDED, body, parent)  # an entry of another container
            case g.UnaryExpr(op="&") | g.StarExpr() | g.TypeAssertExpr():
                self.use(parent, body)
            case g.TypeSwitchStmt():
                for local in body.locals:
                    if local.stmt is parent and local.kind == "case":
                        self.flow(local)
            case g.SendStmt():
                self.add(Effect.HANDED, body, parent)

    def element(self, node: g.IndexExpr, body: Body, key: g.Expr) -> None:
        parent = body.parent(node)
        if isinstance(parent, g.AssignStmt) and any(x is node for x in parent.lhs):
            value = parent.value_of(node)
            # nil keeps the key that a lookup made sure of; a counter goes down where it has gone up before.
            if parent.op == "--" or (isinstance(value, g.Ident) and value.name == "nil"):
                self.add(Effect.READ, body, parent, key)
            else:
                self.add(Effect.INSERT, body, parent, key, value)
        else:
            self.add(Effect.READ, body, node, key)

    def argument(self, node: g.Expr, call: g.CallExpr, body: Body) -> None:
        if call.fun is node:
            return
        index = next((i for i, a in enumerate(call.args) if a is node), -1)
        name = builtin(call, body)
        if name is not None:
            effect = _BUILTINS.get(name, Effect.READ)
            if name == "append" and index > 0:
                effect = Effect.HANDED  # an element of a list
            self.add(effect, body, call, call.args[1] if name == "delete" and len(call.args) > 1 else None)
            return
        if type_expr(call.fun, body) is not None:
            self.use(call, body)
            return
        evicted = calls_one_of(team.known().evicts, call, body)
        if evicted:
            self.add(Effect.REMOVE, body, call)
        fun = call.fun.x if isinstance(call.fun, g.IndexExpr) else call.fun
        found = symbol(fun, body)
        if isinstance(found, Outside):
            known = knowledge.function_effect(found.path, found.name) if index == 0 else None
            if evicted:
                return
            if known is not None:
                self.add(Effect(known), body, call)
            else:
                self.add(_library_effect(found.path), body, call)
            return
        targets = callees(call, body)
        for func in targets:
            params = self.program.body(func).params
            param = params[min(index, len(params) - 1)] if params else None
            if param is None or param.variadic:
                self.add(Effect.HANDED, body, call)
            else:
                self.flow(param)
        if not targets and not evicted and not self.literal(call, index, body):
            of = t.deref(type_of(fun.x, body)) if isinstance(fun, g.SelectorExpr) else None
            self.add(_library_effect(of.path) if isinstance(of, t.External) else Effect.HANDED, body, call)

    def literal(self, call: g.CallExpr, index: int, body: Body) -> bool:
        """A call of a function literal, or of a local that holds one."""
        fun: g.Expr = call.fun
        local = body.bound.get(fun.pos) if isinstance(fun, g.Ident) else None
        if local is not None and len(local.sources) == 1:
            fun = local.sources[0].expr
        if not isinstance(fun, g.FuncLit):
            return False
        params = body.lit_params.get(id(fun), [])
        if index < len(params):
            self.flow(params[index])
        return True

    def method(self, selector: g.SelectorExpr, body: Body) -> None:
        parent = body.parent(selector)
        call = parent if isinstance(parent, g.CallExpr) and parent.fun is selector else None
        name = selector.sel.name
        member = member_of(selector, body)
        if member is not None and member.field is not None:
            self.story.parts.append((body, selector))
        elif self.story.container.map is None:
            self.sync_method(selector, name, call, body)
        elif call is not None:
            targets = callees(call, body)
            for func in targets:
                self.flow(self.program.body(func).recv)
            if calls_one_of(team.known().evicts, call, body):
                self.add(Effect.REMOVE, body, call)
            elif not targets:
                self.add(Effect.HANDED, body, call)  # through an interface
        else:
            self.add(Effect.HANDED, body, selector)

    def sync_method(self, selector: g.SelectorExpr, name: str, call: g.CallExpr | None, body: Body) -> None:
        effect = self.methods.get(name)
        if effect is None:
            return
        if call is None:
            # A method value such as `defer once.Do(m.Clear)`: it runs some time.
            self.add(Effect.READ if effect == "read" else Effect(effect), body, selector)
        elif name == "Range":
            self.add(Effect.RANGE, body, call)
        else:
            key = call.args[0] if call.args else None
            value = call.args[1] if len(call.args) > 1 else None
            self.add(Effect(effect), body, call, key, value)

    def assigned(self, node: g.Expr, stmt: g.AssignStmt, body: Body) -> None:
        for i, value in enumerate(stmt.rhs):
            if value is node and i < len(stmt.lhs):
                place = place_of(stmt.lhs[i], body)
                if place is not None:
                    self.flow(place)
                elif isinstance(stmt.lhs[i], g.IndexExpr):
                    self.add(Effect.HANDED, body, stmt)  # an entry of another container
        # An alias that takes another map changes nothing for the container, unless it points to it.
        takes = stmt.op in ("=", ":=") and any(target is node for target in stmt.lhs)
        if takes and (self.direct or isinstance(node, g.StarExpr)):
            self.add(Effect.ASSIGN, body, stmt, value=stmt.value_of(node))


def field_set(element: g.KeyValue, body: Body) -> Field | None:
    """The field of a struct that an element of a literal sets, by its name or its place."""
    literal = body.parent(element)
    of = underlying(t.deref(type_of(literal, body))) if isinstance(literal, g.CompositeLit) else None
    if not isinstance(literal, g.CompositeLit) or not isinstance(of, t.Struct):
        return None
    if isinstance(element.key, g.Ident):
        return of.decl.fields.get(element.key.name)
    at = next(i for i, e in enumerate(literal.elts) if e is element)
    return of.decl.every[at] if element.key is None and at < len(of.decl.every) else None


def place_of(x: g.Expr, body: Body) -> Var | Field | Local | None:
    """The variable or field that an expression on the left of an assignment names."""
    if isinstance(x, g.Ident):
        local = body.bound.get(x.pos)
        if local is not None:
            return local
    found = symbol(x, body)
    if isinstance(found, Var):
        return found
    if isinstance(x, g.SelectorExpr) and found is None:
        member = member_of(x, body)
        return member.field if member is not None else None
    return None
