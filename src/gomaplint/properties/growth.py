"""Properties of an insertion: when it runs, where its key comes from, what limits it."""

from __future__ import annotations

import re
from collections.abc import Collection

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import words
from gomaplint.model.checks import checked
from gomaplint.model.infer import type_expr, type_of
from gomaplint.model.maps import Insert, registry_like
from gomaplint.model.names import Outside, symbol
from gomaplint.model.origins import BOUNDED, WIDE, Kind, bounded_type
from gomaplint.model.reach import When
from gomaplint.model.symbols import Func
from gomaplint.properties import property_of
from gomaplint.span import Answer


@property_of(Insert)
def at_run_time(i: Insert) -> Answer:
    """It happens while the program serves, not only while it starts."""
    if i.run.when in (When.RUN, When.REQUEST):
        return Answer(True, i.run.why, i.run.at)
    if i.run.when is When.OPEN:
        return Answer(None, i.run.why, i.run.at)
    return Answer(False, i.run.why or "runs only while the program starts", i.run.at)


@property_of(Insert)
def at_start(i: Insert) -> Answer:
    """It happens only while the program starts, or never."""
    return Answer(i.run.when in (When.START, When.NEVER), i.run.why, i.run.at)


@property_of(Insert)
def shared(i: Insert) -> Answer:
    """Several goroutines use the map: a mutex is held here or in a caller, or it is a sync.Map."""
    if i.map.sync:
        return Answer(True, "is a sync.Map", i.at)
    if i.lock is not None:
        return Answer(True, "is guarded by a mutex", i.lock)
    return Answer(False, "no mutex is held", i.at)


@property_of(Insert)
def building(i: Insert) -> Answer:
    """It fills an object that its own function has just made: part of a birth, not of a life."""
    return Answer(
        i.building,
        "fills an object made in the same function" if i.building else "the object was there before",
        i.at,
    )


@property_of(Insert)
def updating(i: Insert) -> Answer:
    """It runs only for a key that is there already: under the `ok` of a lookup, or in a range over the map itself."""
    if i.update is not None:
        return Answer(True, "changes what is there already", i.update)
    return Answer(False, "the key need not be there before", i.at)


@property_of(Insert)
def capped(i: Insert) -> Answer:
    """The length is compared with a limit in the inserting function, its callers or what it calls."""
    if i.limit is not None:
        at, text = i.limit
        return Answer(True, f"is limited by `{text}`", at)
    return Answer(False, "no limit on len", i.at)


@property_of(Insert)
def get_or_create(i: Insert) -> Answer:
    """The same function looks the key up before it inserts."""
    return Answer(
        i.get_or_create, "looks the key up first" if i.get_or_create else "inserts without a look", i.at
    )


@property_of(Insert)
def in_a_registry(i: Insert) -> Answer:
    """The function is one that fills a registry, by its name."""
    owner = i.body.owner
    if isinstance(owner, Func) and registry_like(owner):
        return Answer(True, f"{owner} fills a registry by its name", i.at)
    return Answer(False, "not in a function that registers", i.at)


def _narrow_types(key: g.Expr | None, i: Insert) -> bool:
    of = type_of(key, i.body) if key is not None else None
    container = i.map.container.map
    return bounded_type(of) or (container is not None and bounded_type(container.key))


@property_of(Insert)
def key_of_few_values(i: Insert) -> Answer:
    """The key's type has few values: an enumeration, bool, byte, a type."""
    if _narrow_types(i.event.key, i):
        return Answer(True, "its key's type has few values", i.at)
    return Answer(False, "its key's type has many values", i.at)


@property_of(Insert)
def bounded_key(i: Insert) -> Answer:
    """Every source of the key is bounded: constants, enumerations, configuration, values there since the start."""
    if _narrow_types(i.event.key, i):
        return Answer(True, "its key's type has few values", i.at)
    origins = i.origins
    if not origins:
        return Answer(None, "its key's source is not known", i.at)
    wide = [o for o in origins if o.kind in WIDE]
    if wide:
        return Answer(False, f"its key comes from {wide[0].kind.value}", wide[0].at)
    if all(o.kind in BOUNDED for o in origins):
        return Answer(True, f"its key comes from {origins[0].kind.value}", origins[0].at)
    return Answer(None, "its key's source is not known", i.at)


@property_of(Insert)
def key_of_open_set(i: Insert) -> Answer:
    """At least one source of the key is not known to be bounded."""
    answer = bounded_key(i)
    return answer._replace(holds=not answer.holds)


def _from(i: Insert, kinds: Collection[Kind], things: str, mixed: int = 9, handed: int = 9) -> Answer:
    """A key that comes from one of some kinds of things.

    A way counts that mixes the uses of a name at most so often, and on which the key is at most so often handed on.
    """
    settings = next((o for o in i.origins if o.kind is Kind.CONFIG), None)
    for origin in i.origins:
        if origin.kind in kinds and origin.mixed <= mixed and len(origin.trail) <= handed:
            if settings is not None:
                return Answer(None, f"its key comes from {settings.kind.value} too", settings.at)
            return Answer(True, f"its key comes from {origin.kind.value}: {origin.way}", origin.at)
    return Answer(False, f"its key is not seen to come from {things}", i.at)


@property_of(Insert)
def keyed_by_requests(i: Insert) -> Answer:
    """The key comes from a request that the program serves, or from a connection that it accepts."""
    return _from(i, (Kind.REQUEST,), "a request", mixed=1, handed=3)


@property_of(Insert)
def keyed_directly_by_requests(i: Insert) -> Answer:
    """The function that inserts, or its one caller, takes the key out of the request itself."""
    near = next((o for o in i.origins if o.kind is Kind.REQUEST and not o.mixed and len(o.chain) <= 1), None)
    if near is not None:
        return Answer(True, f"its key comes from {near.kind.value}: {near.way}", near.at)
    return Answer(False, "its key is not taken from a request right there", i.at)


@property_of(Insert)
def key_checked_before(i: Insert) -> Answer:
    """Only keys that something knows come through: each way of the key passes a call that may refuse it."""
    ways = [o for o in i.origins if o.kind in WIDE]
    event = i.event
    found = checked(event.key, i.body, event.value) if event.key is not None else None
    if found is None:
        passed = [
            next((at for h in o.trail if (at := checked(h.value, h.body)) is not None), None) for o in ways
        ]
        found = passed[0] if passed and all(passed) else None
    if found is not None:
        return Answer(True, "its key is looked up or verified before", found)
    return Answer(False, "nothing checks its key", i.at)


@property_of(Insert)
def keyed_nearby_by_requests(i: Insert) -> Answer:
    """The key is taken out of a request and handed on once at the most."""
    near = next((o for o in i.origins if o.kind is Kind.REQUEST and len(o.trail) <= 1), None)
    if near is not None:
        return Answer(True, f"its key comes from {near.kind.value}: {near.way}", near.at)
    return Answer(False, "its key is not taken from a request nearby", i.at)


@property_of(Insert)
def keyed_by_listings(i: Insert) -> Answer:
    """A source of the key is a listing of things outside the program: files, rows, objects of a cluster."""
    found = next((o for o in i.origins if o.kind is Kind.EXTERNAL), None)
    if found is not None:
        return Answer(True, f"its key comes from {found.kind.value}: {found.way}", found.at)
    return Answer(False, "its key is not seen to come from a listing", i.at)


@property_of(Insert)
def keyed_by_importers(i: Insert) -> Answer:
    """Code outside the module hands the key in, and nothing inside does."""
    origins = [o for o in i.origins if o.kind is not Kind.CONSTANT]
    if origins and all(o.kind in (Kind.CALLER, Kind.UNKNOWN) for o in origins):
        first = next((o for o in origins if o.kind is Kind.CALLER), None)
        if first is not None:
            return Answer(True, f"its key comes from {first.kind.value}: {first.way}", first.at)
    return Answer(False, "its key is not left to importers", i.at)


@property_of(Insert)
def keyed_by_run_time_values(i: Insert) -> Answer:
    """The key comes from something that has no natural bound: a request, a generated id, a listing, an object."""
    return _from(i, WIDE, "anything without a natural bound")


@property_of(Insert)
def key_of_wide_name(i: Insert) -> Answer:
    """The key is called after something that has no natural bound: address, session, user, token ..."""
    return _called_after(i, "wide-key")


@property_of(Insert)
def key_of_narrow_name(i: Insert) -> Answer:
    """The key is called after something that comes from a closed set, here or on its way: type, kind, method ..."""
    here = _called_after(i, "bounded-key")
    if here.holds:
        return here
    for origin in i.origins:
        if origin.kind in WIDE:
            for step in (*origin.chain, origin.text):
                name = _NAME.search(step)
                if name is not None and _narrow(name[1]):
                    return Answer(True, f"the key is called {name[1]} on its way", origin.at)
    return here


@property_of(Insert)
def key_of_administered_name(i: Insert) -> Answer:
    """The key is called after something that is made by hand, and seldom: namespace, policy, category ..."""
    return _called_after(i, "administered")


_NAME = re.compile(r"([A-Za-z_][\w-]*)\W*$")
"""The last name in the text of an expression: `driver` of Get(req.driver), `kind` of r.FormValue("kind")."""


def _narrow(name: str) -> bool:
    """What stands before `Name` and its kin counts: driverName, "lang-id"."""
    if "".join(words.split(name)) in knowledge.words("bounded-key"):
        return True
    parts = [w for w in words.split(name) if w not in ("name", "id", "key", "str", "string", "value")]
    return bool(parts) and (words.holds(parts[-1], "bounded-key") or parts[-1].endswith(("type", "kind")))


def _called_after(i: Insert, group: str) -> Answer:
    name = _key_name(i)
    last = words.split(name)[-1:]
    narrow = group == "bounded-key" and _narrow(name)
    return Answer(
        narrow or (bool(last) and words.holds(last[0], group)), f"the key is called {name or 'nothing'}", i.at
    )


def _key_name(i: Insert) -> str:
    """What the source calls the key: its last name, behind conversions and functions of libraries."""
    key = i.event.key
    while isinstance(key, (g.StarExpr, g.UnaryExpr, g.CallExpr, g.IndexExpr)):
        if not isinstance(key, g.CallExpr):
            key = key.x
        elif key.args and (
            type_expr(key.fun, i.body) is not None or isinstance(symbol(key.fun, i.body), Outside)
        ):
            key = key.args[0]
        elif isinstance(key.fun, g.SelectorExpr) and key.fun.sel.name == "String":
            key = key.fun.x
        else:
            key = key.fun
    return _last(key) if key is not None else ""


def _last(x: g.Expr) -> str:
    if isinstance(x, g.SelectorExpr):
        return x.sel.name
    return x.name if isinstance(x, g.Ident) else ""
