"""The containers of a program as properties and subjects see them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import Any, TypeVar

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import guards, words
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.containers import Container, Effect, Event, Story, map_type
from gomaplint.model.forever import outlives
from gomaplint.model.infer import foreign, local_type, var_type
from gomaplint.model.keys import Keys
from gomaplint.model.lifetime import Lifetimes
from gomaplint.model.origins import Origin
from gomaplint.model.packages import Workspace
from gomaplint.model.program import Program
from gomaplint.model.reach import Reach, Run
from gomaplint.model.renewal import made_here, renewal
from gomaplint.model.story import tell
from gomaplint.model.symbols import Field, File, Func, StructDecl, TypeDecl, Var, is_exported
from gomaplint.span import Answer, Span

_MAP_TEXT = re.compile(rb"\bmap\[|\bsync\.Map\b")


T = TypeVar("T")


class Analysis:
    """One workspace and everything that can be asked about it; answers are kept."""

    def __init__(self, workspace: Workspace) -> None:
        self.program = Program(workspace)
        self.reach = Reach(self.program)
        self.keys = Keys(self.program, self.reach)
        self.lifetimes = Lifetimes(self.program, self.reach)
        self._maps: dict[Var | Field | Local, Map] = {}
        self._made: dict[Callable[[Analysis], Any], Any] = {}

    def once(self, make: Callable[[Analysis], T]) -> T:
        """What answers a question about the whole program: made when first asked for, and kept."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    @cached_property
    def module(self) -> str:
        """What to call the code that was searched."""
        names = sorted({file.module for file in self.program.workspace.files if file.module})
        return names[0] if len(names) == 1 else "the workspace" if names else "these files"

    def map(self, container: Container) -> Map:
        found = self._maps.get(container.decl)
        if found is None:
            found = self._maps[container.decl] = Map(container, self)
        return found

    def maps(self) -> Iterator[Map]:
        """Every map and `sync.Map` that may live long: package variables, fields, captured locals."""
        yield from self._every

    @cached_property
    def _every(self) -> list[Map]:
        return [self.map(container) for container in self.containers()]

    def containers(self) -> Iterator[Container]:
        for package in self.program.workspace.every:
            for var in package.vars.values():
                if var.file.for_tests or foreign(var):
                    continue
                found = map_type(var_type(var))
                if found is not None:
                    yield Container(var, *found)
                if var.struct is not None:
                    yield from _fields(var.struct)
            for decl in package.types.values():
                if decl.struct is not None and not decl.file.for_tests:
                    yield from _fields(decl.struct)
        for file in self.program.workspace.files:
            if not file.test and not file.generated and _MAP_TEXT.search(file.source):
                yield from self._captured(file)

    def _captured(self, file: File) -> Iterator[Container]:
        """Local maps that code running for ever keeps: captured by handlers, or used in endless loops."""
        for body in self.program.bodies_matching(file, _MAP_TEXT, _goes_on()):
            for local in body.locals:
                if local.kind == "var" and any(outlives(local, use) for use in local.uses):
                    found = map_type(local_type(local))
                    if found is not None and not isinstance(local_type(local), t.Named):
                        yield Container(local, *found)


@cache
def _goes_on() -> re.Pattern[bytes]:
    """Text that a function holds if its locals can outlive it: an endless loop, or a literal that takes a request."""
    names = sorted({name for _, name in knowledge.request_types()})
    # A range with one variable may be one over a channel.
    return re.compile(
        rf"\bfor\s*\{{|\bfor\s+(?:\w+\s*:?=\s*)?range\s+[^{{,]+\{{|\bfunc\s*\([^)]*\b(?:{'|'.join(names)})\b".encode()
    )


def _fields(struct: StructDecl) -> Iterator[Container]:
    env = (
        struct.owner.generic
        if not isinstance(struct.owner, (Var, Field)) and struct.owner is not None
        else {}
    )
    for field in struct.fields.values():
        if isinstance(field.node.type, g.StructType):
            inner = struct.file.package.struct_at(struct.file, field.node.type, field)
            yield from _fields(inner)
            continue
        if field.node.embedded and isinstance(field.node.type, g.StarExpr):
            continue
        if field.package.workspace.foreign(field.node.type, field.file):
            continue
        found = map_type(field.type_in(env))
        if found is not None:
            yield Container(field, *found)


class Map:
    """One container with its story.

    That of a library's container has to be told by who knows its methods.
    """

    def __init__(self, container: Container, analysis: Analysis, story: Story | None = None) -> None:
        self.container = container
        self.analysis = analysis
        self._told = story

    @cached_property
    def story(self) -> Story:
        return self._told or tell(self.container, self.analysis.program)

    @cached_property
    def lifetime(self) -> Answer:
        return self.analysis.lifetimes.of(self.container.decl)

    @property
    def sync(self) -> bool:
        return self.container.map is None

    @cached_property
    def inserts(self) -> list[Insert]:
        """Insertions through the container itself or an alias, in code that is not for tests."""
        return [
            Insert(event, self) for event in self.story.of(Effect.INSERT) if not event.body.file.for_tests
        ]

    @cached_property
    def removals(self) -> list[Event]:
        """Events that take keys away while the program lives: delete, clear, and their kin."""
        return [e for e in self.story.of(Effect.REMOVE, Effect.CLEAR) if self.alive(e.body).holds]

    @cached_property
    def resets(self) -> list[Event]:
        """Assignments of another map outside the beginning and end of the owner's life."""
        return [e for e in self.assignments if self.replaced_by(e).holds]

    @cached_property
    def assignments(self) -> list[Event]:
        """Where it is made, set and set again, by itself or with the struct that owns it."""
        return self.story.of(Effect.ASSIGN) + self._owner_assignments()

    def _owner_assignments(self) -> list[Event]:
        """Assignments of a whole new struct in the place of the one that owns the container: `*s = store{}`."""
        decl = self.container.decl
        owner = decl.struct.owner if isinstance(decl, Field) else None
        if not isinstance(owner, TypeDecl):
            return []
        found = []
        for birth in self.analysis.lifetimes.births(owner):
            stmt = birth.body.parent(birth.node)
            if isinstance(stmt, g.AssignStmt) and stmt.op == "=" and any(v is birth.node for v in stmt.rhs):
                target = stmt.lhs[next(i for i, v in enumerate(stmt.rhs) if v is birth.node)]
                event = Event(Effect.ASSIGN, birth.body, stmt, None, None, False)
                local = isinstance(target, g.Ident) and target.pos in birth.body.bound
                if not local:
                    found.append(event)
        return found

    @cached_property
    def limits(self) -> list[tuple[Event, g.BinaryExpr]]:
        """Checks of the container's length against a limit."""
        found = []
        for event in self.story.of(Effect.LEN):
            if isinstance(event.node, g.CallExpr):
                at = guards.is_limit(event.node, event.body)
                if at is not None and self.alive(event.body).holds:
                    found.append((event, at))
        return found

    def alive(self, body: Body) -> Answer:
        """Whether something besides tests may call this code, yes or no."""
        if body.file.for_tests:
            return Answer(False, "stands in code for tests")
        owner = body.owner
        if not isinstance(owner, Func):
            return Answer(True, "runs with the program")
        if self._for_tests(owner):
            return Answer(False, "is for tests, by the name of the function")
        if not self.analysis.reach.called(owner):
            return Answer(False, "nothing but tests calls the function")
        return Answer(True, "is called in the module")

    def _for_tests(self, func: Func, depth: int = 3) -> bool:
        """A function that is named after tests, and that nothing else calls."""
        named = "fortest" in func.name.lower() or words.holds(func.name, "test")
        if not named or depth == 0:
            return named
        callers = [r.body.owner for r in self.analysis.program.references(func)]
        return all(isinstance(c, Func) and self._for_tests(c, depth - 1) for c in callers)

    def replaced_by(self, event: Event) -> Answer:
        """Whether an assignment puts another map in the place of one that is in use, yes or no."""
        node = event.node
        if isinstance(node, g.VarSpec):
            return Answer(False, "gives the variable its first map")
        if not isinstance(node, g.AssignStmt):
            return Answer(False, "sets it while its owner is made")
        alive = self.alive(event.body)
        if not alive.holds:
            return alive
        if isinstance(self.container.decl, Local) and node is self.container.decl.stmt:
            return Answer(False, "makes it")
        return renewal(node, event.body)

    @cached_property
    def family(self) -> str:
        if isinstance(self.container.decl, Var):
            return "variable"
        return "field" if isinstance(self.container.decl, Field) else "captured local"


class Insert:
    """One insertion into a container."""

    def __init__(self, event: Event, into: Map) -> None:
        self.event = event
        self.map = into

    @property
    def at(self) -> Span:
        return self.event.at

    @property
    def body(self) -> Body:
        return self.event.body

    @cached_property
    def run(self) -> Run:
        """When it happens."""
        return self.map.analysis.reach.of(self.event.node, self.body)

    @cached_property
    def origins(self) -> list[Origin]:
        if self.event.key is None:
            return []
        return self.map.analysis.keys.origins(self.event.key, self.body)

    @cached_property
    def lock(self) -> Span | None:
        return guards.lock_held(self.event.node, self.body, self.map.analysis.program)

    @cached_property
    def building(self) -> bool:
        """It fills an object, or a map, that its own function has just made: part of a birth, not of a life."""
        node = self.event.node
        if self._fills_a_new_map():
            return True
        target: g.Expr | None = None
        if isinstance(node, g.AssignStmt) and node.lhs:
            target = next((x for x in node.lhs if isinstance(x, g.IndexExpr)), None)
        elif isinstance(node, g.CallExpr) and isinstance(node.fun, g.SelectorExpr):
            target = node.fun.x
        start = g.root(target)
        local = self.body.bound.get(start.pos) if isinstance(start, g.Ident) else None
        if local is None or local is self.map.container.decl or local.lit is not self.body.lit_of(node):
            return False
        return made_here(local)

    def _fills_a_new_map(self) -> bool:
        """Another map was assigned before, on every way to here: `s.m = make(...); for ... { s.m[k] = v }`."""
        around = {id(a) for a in self.body.ancestors(self.event.node)}
        lit = self.body.lit_of(self.event.node)
        return any(
            made.body is self.body
            and made.direct
            and isinstance(made.node, g.AssignStmt)
            and made.node.end < self.event.node.pos
            and isinstance(made.value, (g.CallExpr, g.CompositeLit))
            and id(self.body.parent(made.node)) in around
            and self.body.lit_of(made.node) is lit
            for made in self.map.story.of(Effect.ASSIGN)
        )

    @cached_property
    def update(self) -> Span | None:
        """The place that makes sure that the key is there already: the insertion then adds none."""
        key, node, body = self.event.key, self.event.node, self.body
        if key is None:
            return None
        text = body.file.text(key, 200)
        for loop in body.ancestors(node):
            if isinstance(loop, g.RangeStmt) and isinstance(loop.key, g.Ident) and isinstance(key, g.Ident):
                ranged = any(e.node is loop for e in self.map.story.of(Effect.RANGE))
                if ranged and body.bound.get(key.pos) is body.bound.get(loop.key.pos):
                    return body.file.span(loop.x.pos, loop.x.end)
        for event in self.map.story.of(Effect.READ):
            same = event.body is body and event.key is not None and body.file.text(event.key, 200) == text
            if same and guards.only_if_found(event.node, node, body):
                return event.at
        return None

    @cached_property
    def get_or_create(self) -> bool:
        """The function looks the key up before it inserts: a cache or a registry of live things."""
        if self.event.method == "LoadOrStore":
            return True
        node = self.event.node
        if isinstance(node, g.AssignStmt) and node.op not in ("=", ":="):
            return True  # m[k]++ reads what is there
        for event in self.map.story.of(Effect.READ):
            if event.body is self.body and event.key is not None and event.node.pos < node.pos:
                return True
        return False

    @cached_property
    def limit(self) -> tuple[Span, str] | None:
        """A check of the length in the inserting function, in what it calls, or in what calls it."""
        for event, at in self.map.limits:
            if self.limited_in(event.body):
                return event.body.file.span(at.pos, at.end), event.body.file.text(at)
        return None

    def limited_in(self, body: Body) -> bool:
        """A limit in this function stands in the way of the insertion."""
        references = self.map.analysis.program.references
        if body in self._near:
            return True
        owner = body.owner
        return isinstance(owner, Func) and any(r.body in self._near for r in references(owner)[:20])

    @cached_property
    def _near(self) -> set[Body]:
        """The inserting function and what calls it."""
        near = {self.body}
        if isinstance(self.body.owner, Func):
            references = self.map.analysis.program.references(self.body.owner)
            near.update(r.body for r in references[:20] if r.call is not None)
        return near


def registry_like(func: Func) -> bool:
    """A function that by its name fills a registry."""
    return words.leads(func.name, "registry") or any(
        w in knowledge.words("registry") for w in words.split(func.name)[:2]
    )


def exported(container: Container) -> bool:
    """Importers can reach the container itself; a module that holds a program has none."""
    decl = container.decl
    if isinstance(decl, Local) or not decl.package.importable or not is_exported(decl.name):
        return False
    if decl.file.module in decl.package.workspace.programs:
        return False
    return isinstance(decl, Var) or is_exported(str(decl).split(".")[0])
