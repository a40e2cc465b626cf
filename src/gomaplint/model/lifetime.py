"""How long the owner of a container lives: who holds it, and where it is born."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.knowledge import team
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body, Local
from gomaplint.model.fates import Fates
from gomaplint.model.forever import in_handler, is_connection, outlives
from gomaplint.model.infer import foreign, type_of, var_type
from gomaplint.model.names import builtin
from gomaplint.model.program import Program
from gomaplint.model.reach import Reach, Run, When, carrier, in_loop, looped
from gomaplint.model.renewal import replaces
from gomaplint.model.story import field_set, place_of
from gomaplint.model.symbols import (
    Field,
    Func,
    Scope,
    StructDecl,
    TypeDecl,
    Var,
    resolve,
    underlying,
)
from gomaplint.span import Answer, Span

_DEPTH = 6
_BIRTHS = 40
_OWNERS = 3  # variables and results between a birth and the field that it is for


class Birth(NamedTuple):
    """A place where a value of a type is made."""

    body: Body
    node: g.Node
    run: Run
    looped: bool
    kept: bool  # something beyond the call that made it takes hold of it

    @property
    def at(self) -> Span:
        return self.body.file.span(self.node.pos, self.node.end)


class Holder(NamedTuple):
    """A variable or field that holds a type: by itself, by `pointer`, or (`many`) as element of something."""

    decl: Var | Field
    many: bool
    pointer: bool


class Lifetimes:
    """Answers for one program."""

    def __init__(self, program: Program, reach: Reach) -> None:
        self.program = program
        self.reach = reach
        self.fates = Fates(program)
        self._holders: dict[TypeDecl, list[Holder]] | None = None
        self._answers: dict[TypeDecl, Answer] = {}
        self._active: set[TypeDecl] = set()
        self._cuts = 0
        self._births: dict[TypeDecl, list[Birth]] = {}
        self._renewals: dict[Var | Field, bool] = {}

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
        if run.when in (When.START, When.OPEN) and in_handler(local, use):
            known = True if run.when is When.START else None
            return Answer(known, f"is captured by a handler, and the code around it {run.why}", at)
        owner = body.owner
        if isinstance(owner, Func) and not run.looped and not in_handler(local, use):
            if owner.name == "main" and not owner.fact.recv and body.lit_of(use) is None:
                return Answer(True, "lives as long as main's endless loop", at)
            started = [(r.call, r.body) for r in self.program.references(owner) if r.call is not None]
            if started and all(self._goes_at_start(call, caller) for call, caller in started):
                return Answer(True, f"lives as long as the goroutine {body}, started once", at)
        if run.looped or run.when is When.REQUEST:
            return Answer(False, f"is made anew: the code around it {run.why}", at)
        return Answer(None, f"lives as long as a call of {body}, whose loop has no end", at)

    def _goes_at_start(self, call: g.CallExpr, caller: Body) -> bool:
        """The call is a goroutine that is begun while the program starts."""
        started = isinstance(caller.parent(call), g.GoStmt)
        return started and self.reach.of(call, caller).when is When.START

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
            if depth > _DEPTH or decl in self._active:
                self._cuts += 1
                return Answer(None, f"{decl} is held by too many others to tell", decl.at)
            self._active.add(decl)
            cuts = self._cuts
            known = self._decide(decl, depth)
            self._active.discard(decl)
            # An answer that rests on one still being looked for holds for this question only.
            if known.holds is not None or self._cuts == cuts or not self._active:
                self._answers[decl] = known
        return known

    def _decide(self, decl: TypeDecl, depth: int) -> Answer:
        if t.is_one_of(t.Named(decl), team.known().long_lived):
            return Answer(True, f"{decl} lives as long as the program, by known.long-lived", decl.at)
        holders = self.holders().get(decl, [])
        births = self.births(decl)
        return (
            self._by_variable(decl, holders)
            or self._by_births(decl, births)
            or self._by_value(decl, holders, depth)
            or self._by_renewal(decl, holders)
            or self._by_entries(decl, holders)
            or self._by_pointer(decl, holders, births, depth)
            or self._by_whole(decl, births, depth)
            or self._by_service(decl, births)
            or self._undecided(decl, births)
        )

    def _by_variable(self, decl: TypeDecl, holders: list[Holder]) -> Answer | None:
        for holder in holders:
            if isinstance(holder.decl, Var) and not holder.many and not self._renewed(holder.decl):
                return Answer(True, f"{decl} is held by the package variable {holder.decl}", holder.decl.at)
        return None

    def renewed(self, decl: Var | Field) -> bool:
        """Another value takes the place of the one in a variable or field while the program runs."""
        return self._renewed(decl)

    def _renewed(self, decl: Var | Field) -> bool:
        """Another value takes the place of this one while the program runs."""
        known = self._renewals.get(decl)
        if known is None:
            known = self._renewals[decl] = self._find_renewal(decl)
        return known

    def _find_renewal(self, decl: Var | Field) -> bool:
        places = (
            [(body, node) for body, node, sure in self.program.selections(decl) if sure]
            if isinstance(decl, Field)
            else self.program.mentions(decl)
        )
        for body, node in places:
            stmt = body.parent(node)
            if not isinstance(stmt, g.AssignStmt) or stmt.op != "=" or not any(x is node for x in stmt.lhs):
                continue
            value = stmt.value_of(node)
            if isinstance(value, g.Ident) and value.name == "nil":
                continue
            if replaces(stmt, body) and self.reach.of(stmt, body).when in (When.RUN, When.REQUEST):
                return True
        return False

    def _by_births(self, decl: TypeDecl, births: list[Birth]) -> Answer | None:
        early = next((b for b in births if b.run.when is When.START), None)
        later = [b for b in births if b.run.when in (When.RUN, When.REQUEST)]
        passing = [b for b in later if not b.kept and not self._runs_on(b)]
        served = [
            b for b in births if b.run.when is When.REQUEST and (not b.kept or self._in_handler(b.body))
        ]
        again = [b for b in births if b.looped and b.run.when is When.RUN]
        if births and len(passing) == len(births):
            return Answer(
                False, f"{decl} never leaves the call that makes it ({passing[0].body})", passing[0].at
            )
        if early is not None and not [b for b in later if b.kept]:
            return Answer(True, f"{decl} is made once: {early.run.why}", early.at)
        if births and len(served) == len(births):
            return Answer(False, f"{decl} is made for each request: {served[0].run.why}", served[0].at)
        if births and len(again) == len(births):
            return Answer(False, f"{decl} is made anew in a loop", again[0].at)
        return None

    def _runs_on(self, birth: Birth) -> bool:
        """The function that makes a value calls its method that serves: the call ends with the program."""
        if birth.looped or birth.run.when is When.REQUEST:
            return False
        made = birth.body.parent(birth.node)
        if isinstance(made, g.UnaryExpr):
            made = birth.body.parent(made)
        locals_ = [n for n in birth.body.locals if n.stmt is made or any(s.at is made for s in n.sources)]
        around = (birth.body.parent(use) for local in locals_ for use in local.uses)
        return any(isinstance(p, g.SelectorExpr) and words.leads(p.sel.name, "serving") for p in around)

    def _in_handler(self, body: Body) -> bool:
        """The function itself takes a request or a connection; what it makes is made for that."""
        if not isinstance(body.owner, Func):
            return False
        return carrier(body.owner) is not None or any(map(is_connection, body.owner.type.params))

    def _by_value(self, decl: TypeDecl, holders: list[Holder], depth: int) -> Answer | None:
        """A part of another struct is as old as the whole."""
        for holder in holders:
            if isinstance(holder.decl, Field) and not (
                holder.many or holder.pointer or self._renewed(holder.decl)
            ):
                outer = self.struct(holder.decl.struct, depth + 1)
                if outer.holds is not None:
                    return Answer(
                        outer.holds, f"{decl} is held by {holder.decl}, and {outer.says}", holder.decl.at
                    )
        return None

    def _by_renewal(self, decl: TypeDecl, holders: list[Holder]) -> Answer | None:
        """What is replaced by a new one again and again lives as long as one turn."""
        single = [h.decl for h in holders if not h.many]
        if not single or not all(map(self._renewed, single)):
            return None
        return Answer(
            False, f"{decl} is held by {single[0]}, which gets a new one while the program runs", single[0].at
        )

    def _by_entries(self, decl: TypeDecl, holders: list[Holder]) -> Answer | None:
        entity = next((h for h in holders if h.many), None)
        if entity is None:
            return None
        says = f"{decl} is an entry of {entity.decl}, which decides how long it lives"
        return Answer(False, says, entity.decl.at)

    def _by_pointer(
        self, decl: TypeDecl, holders: list[Holder], births: list[Birth], depth: int
    ) -> Answer | None:
        """What something that lives for ever points to lives as long, unless requests make their own.

        A short-lived holder tells nothing: it may point back to what it belongs to.
        """
        if any(b.run.when is When.REQUEST and self._in_handler(b.body) for b in births):
            return None
        for holder in holders:
            if (
                isinstance(holder.decl, Field)
                and not holder.many
                and holder.pointer
                and not self._renewed(holder.decl)
            ):
                outer = self.struct(holder.decl.struct, depth + 1)
                if outer.holds:
                    return Answer(True, f"{decl} is held by {holder.decl}, and {outer.says}", holder.decl.at)
        return None

    def _by_whole(self, decl: TypeDecl, births: list[Birth], depth: int) -> Answer | None:
        """What is always made for a field of another struct is as old as that struct."""
        fields: set[Field] = set()
        for birth in births:
            field = self._field_for(birth.node, birth.body)
            if field is None:
                return None
            fields.add(field)
        answers = [(field, self.struct(field.struct, depth + 1)) for field in fields]
        if not answers or any(answer.holds is not False for _, answer in answers):
            return None
        field, answer = answers[0]
        return Answer(False, f"{decl} is made for {field}, and {answer.says}", field.at)

    def _field_for(self, node: g.Node, body: Body, depth: int = 0) -> Field | None:
        """The field that a value is made for, in its own function or in those that call it."""
        if depth > _OWNERS:
            return None
        parent = body.parent(node)
        match parent:
            case g.UnaryExpr(op="&"):
                return self._field_for(parent, body, depth)
            case g.KeyValue(value=value) if value is node:
                return field_set(parent, body)
            case g.AssignStmt() if any(value is node for value in parent.rhs):
                return self._field_at(parent.lhs[0], body, depth)
            case g.ReturnStmt() if isinstance(body.owner, Func) and body.lit_of(parent) is None:
                calls = [r for r in self.program.references(body.owner) if not r.body.file.for_tests]
                fields = {
                    self._field_for(r.call, r.body, depth + 1) if r.call is not None else None for r in calls
                }
                return fields.pop() if len(fields) == 1 else None
        return None

    def _field_at(self, target: g.Expr, body: Body, depth: int) -> Field | None:
        place = place_of(target, body)
        if isinstance(place, Field):
            return place
        if not isinstance(place, Local):
            return None
        fields = {field for use in place.uses if (field := self._field_for(use, body, depth + 1)) is not None}
        return fields.pop() if len(fields) == 1 else None

    def _undecided(self, decl: TypeDecl, births: list[Birth]) -> Answer:
        for when, says in (
            (When.REQUEST, "made for some requests"),
            (When.START, "made at the start, and later too"),
            (When.OPEN, "made by importers"),
        ):
            first = next((b for b in births if b.run.when is when), None)
            if first is not None:
                return Answer(None, f"{decl} is {says} ({first.body})", first.at)
        if births:
            return Answer(None, f"{decl} is made while the program runs ({births[0].body})", births[0].at)
        return Answer(None, f"nothing in the module makes a {decl}", decl.at)

    def wholes(self, decl: TypeDecl) -> list[TypeDecl]:
        """The type itself and those that hold it by value: making one of them makes it."""
        found = [decl]
        for part in found:
            for holder in self.holders().get(part, []):
                outer = holder.decl.struct.owner if isinstance(holder.decl, Field) else None
                by_value = not holder.pointer and not holder.many
                if by_value and isinstance(outer, TypeDecl) and outer not in found and len(found) < _DEPTH:
                    found.append(outer)
        return found

    def _by_service(self, decl: TypeDecl, births: list[Birth]) -> Answer | None:
        """A type whose methods take requests serves many of them, if none is made for one of them."""
        if any(b.run.when is When.REQUEST for b in births):
            return None
        for method in (method for twins in decl.methods.values() for method in twins):
            request = carrier(method)
            if request is not None and "http" in request.lower():
                return Answer(True, f"{decl} serves requests: {method} takes {request}", decl.at)
        return None

    # -- holders

    def holders(self) -> dict[TypeDecl, list[Holder]]:
        """Who holds each type, over all packages; tests and mocks left out."""
        if self._holders is None:
            self._holders = {}
            for package in self.program.workspace.every:
                for var in package.vars.values():
                    if not (var.file.for_tests or foreign(var)):
                        self._hold(var_type(var), var)
                for decl in package.types.values():
                    if decl.struct is None or decl.file.for_tests:
                        continue
                    for field in decl.struct.fields.values():
                        if not package.workspace.foreign(field.node.type, field.file):
                            self._hold(field.type_in(decl.generic), field)
        return self._holders

    def _hold(
        self, of: t.Type | None, by: Var | Field, many: bool = False, pointer: bool = False, depth: int = 0
    ) -> None:
        assert self._holders is not None
        if depth > 4:
            return
        match of:
            case t.Pointer(elem):
                self._hold(elem, by, many, True, depth + 1)
            case t.Named(decl):
                below = underlying(of)
                if isinstance(below, (t.Map, t.Slice, t.Chan)):
                    self._hold(below, by, many, pointer, depth + 1)
                else:
                    self._holders.setdefault(decl, []).append(Holder(by, many, pointer))
            case t.Map(_, elem) | t.Chan(elem):
                self._hold(elem, by, True, pointer, depth + 1)
            case t.Slice(elem, length):
                # The shards of one container are as old as their array.
                self._hold(elem, by, many or length is None, pointer, depth + 1)

    # -- births

    def births(self, decl: TypeDecl) -> list[Birth]:
        """Where values of a type are made, outside tests."""
        found = self._births.get(decl)
        if found is None:
            self._births[decl] = []
            found = self._births[decl] = [
                Birth(
                    body, node, self._born(node, body), self._again(node, body), self.fates.kept(node, body)
                )
                for body, node in list(self._made(decl))[:_BIRTHS]
            ]
        return found

    def _born(self, node: g.Node, body: Body) -> Run:
        if isinstance(body.owner, Func):
            connection = next((str(p) for p in body.owner.type.params if is_connection(p)), None)
            if connection is not None:
                at = body.file.span(node.pos, node.end)
                return Run(When.REQUEST, f"made in {body}, which takes {connection}", at)
        return self.reach.of(node, body)

    def _again(self, node: g.Node, body: Body) -> bool:
        """The birth, or the call of the constructor around it, stands in a loop."""
        if looped(node, body):
            return True
        if not isinstance(body.owner, Func):
            return False
        calls = [(r.call, r.body) for r in self.program.references(body.owner) if r.call is not None]
        return bool(calls) and all(in_loop(call, caller) for call, caller in calls)

    def _made(self, decl: TypeDecl) -> Iterator[tuple[Body, g.Node]]:
        for body in self.program.bodies_naming(decl.name, self.program.namers(decl)):
            if isinstance(body.owner, Func) and any(map(_of_tests, body.owner.type.params)):
                continue
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


def _of_tests(of: t.Type | None) -> bool:
    """`*testing.T`, `testing.TB` and their kin: what such a parameter is given to, runs in tests only."""
    inner = t.deref(of)
    if isinstance(inner, t.External):
        return inner.path == "testing" or inner.name == "TB"
    return isinstance(inner, t.Named) and inner.decl.name == "TB"


def _is(of: t.Type | None, decl: TypeDecl) -> bool:
    return isinstance(of, t.Named) and of.decl is decl
