"""Properties of what comments promise of maps."""

from __future__ import annotations

from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import name_of
from gomaplint.model.constants import integer
from gomaplint.model.infer import type_of
from gomaplint.model.maps import Insert, Map
from gomaplint.model.names import builtin
from gomaplint.model.origins import WIDE, Kind, Origin
from gomaplint.model.reach import When
from gomaplint.model.renewal import made_here
from gomaplint.model.symbols import Func, is_exported, underlying
from gomaplint.properties import property_of
from gomaplint.properties.growth import key_checked_before, key_of_narrow_name
from gomaplint.properties.life import evicted, open_to_importers, replaced, unseen
from gomaplint.shapes.contracts import Contract
from gomaplint.shapes.evictors import called, handed_on, leading_to, meant, removals
from gomaplint.span import Answer, Span


@property_of(Contract)
def broken(c: Contract) -> Answer:
    """The source contradicts it: no is "verified", and not known that the source neither shows nor contradicts it."""
    answer = _evicted_by(c) if c.claim.functions else _bounded(c)
    prefix = {True: "", False: "verified: ", None: "not verified: "}[answer.holds]
    return answer._replace(says=prefix + answer.says)


# -- what takes entries out


def _evicted_by(c: Contract) -> Answer:
    answers = [_by(name, c.map) for name in c.claim.functions]
    # What is contradicted is told before what is not known, and that before what is verified.
    return min(answers, key=lambda a: (True, None, False).index(a.holds))


def _by(name: str, m: Map) -> Answer:
    funcs, program = called(name, m), m.analysis.program
    if not funcs:
        guess = meant(name, m)
        hint = f"; did you mean {guess}?" if guess else ""
        return Answer(True, f"there is no function {name}{hint}", m.container.at)
    first = funcs[0]
    at = first.file.span(first.fact.pos, first.fact.pos + len("func"))
    unused = not is_exported(first.name) and first.name not in ("main", "init")
    if unused and not any(ref.body.owner not in funcs for func in funcs for ref in program.references(func)):
        return Answer(True, f"nothing in {m.analysis.module} calls {first}", at)
    events = removals(m)
    event, sure = leading_to(funcs, events, program)
    if event is not None:
        through = "" if event.body.owner in funcs else f" through {event.body}"
        if sure:
            return Answer(False, f"{first} removes entries{through}", event.at)
        return Answer(None, f"{first} may remove entries{through}, called by its name alone", event.at)
    hidden = unseen(m)
    if hidden is not None:
        return hidden
    kept = next((e for e in events if handed_on(e)), None)
    if kept is not None:
        return Answer(None, f"they are removed in a function literal that {kept.body} hands on", kept.at)
    where = (
        f"they are removed in {events[0].body}" if events else f"nothing in {m.analysis.module} removes any"
    )
    return Answer(True, f"{first} leads to no removal; {where}", events[0].at if events else at)


# -- how many entries there are


def _bounded(c: Contract) -> Answer:
    m, most = c.map, c.claim.most
    few = _values_of_key(m)
    if few is not None and (most is None or few <= most):
        return Answer(False, f"its key's type has {few} values", m.container.at)
    growing = c.growing
    loose = [i for i in growing if i.limit is None]
    over = _too_high(c)
    if over is not None:
        return Answer(True, f"its limit is {over.number}: `{over.text}`", over.at)
    if open_to_importers(m).holds:
        return Answer(None, "importers can add keys", m.container.at)
    hidden = unseen(m)
    if hidden is not None:
        return hidden
    if not growing:
        return Answer(False, "gains keys only while the program starts", m.container.at)
    if not loose:
        # The one of which least is known decides.
        return max((_limited(i, most) for i in growing), key=lambda answer: answer.holds is None)
    for answer in (evicted(m), replaced(m)):
        if answer.holds is not False:
            return answer._replace(holds=None)
    if m.lifetime.holds is False:
        return m.lifetime._replace(holds=None)
    for insert in loose:
        origin = _without_end(insert, most)
        if origin is not None:
            key = insert.body.file.text(insert.event.key, 48) if insert.event.key is not None else "key"
            way = f" ← {origin.short_way}" if origin.short_way != key else ""
            return Answer(True, f"nothing limits it: it gains an entry per {key}{way}", insert.at)
    return Answer(None, "how many keys there are is not seen", loose[0].at)


class _Limit(NamedTuple):
    """A check of the length, where it stands, and the number it compares with if that is known."""

    body: Body
    at: Span
    text: str
    number: int | None


def _limits(m: Map) -> list[_Limit]:
    found = []
    for event, check in m.limits:
        body = event.body
        other = check.y if check.x.pos <= event.node.pos < check.x.end else check.x
        number = integer(other, body)
        found.append(_Limit(body, body.file.span(check.pos, check.end), body.file.text(check), number))
    return found


def _too_high(c: Contract) -> _Limit | None:
    """A limit in the way of an insertion, where all that there are let more entries in than promised."""
    most, limits = c.claim.most, _limits(c.map)
    if most is None or any(limit.number is None or limit.number <= most for limit in limits):
        return None
    return next((limit for i in c.growing for limit in limits if i.limited_in(limit.body)), None)


def _limited(insert: Insert, most: int | None) -> Answer:
    near = [limit for limit in _limits(insert.map) if insert.limited_in(limit.body)]
    known = next((limit for limit in near if most is None or (limit.number or most + 1) <= most), None)
    if known is not None:
        return Answer(False, f"is limited by `{known.text}`", known.at)
    return Answer(None, f"is limited by `{near[0].text}`, which may be more", near[0].at)


def _values_of_key(m: Map) -> int | None:
    """How many values the key's type has, where that is few."""
    if m.container.map is not None:
        return _values(m.container.map.key)
    keys = [type_of(i.event.key, i.body) for i in m.inserts if i.event.key is not None]
    return _values(keys[0]) if keys and all(key == keys[0] for key in keys) else None


_SIZES = {"bool": 2, "uint8": 1 << 8, "int8": 1 << 8, "uint16": 1 << 16, "int16": 1 << 16}


def _values(of: t.Type | None, depth: int = 0) -> int | None:
    if isinstance(of, t.Named) and of.decl.enum:
        return sum(const.fact.type == of.decl.name for const in of.decl.package.consts.values())
    below = underlying(of)
    if isinstance(below, t.Basic):
        return _SIZES.get(below.name)
    if not isinstance(below, t.Struct) or depth > 3:
        return None
    product = 1
    for field in below.decl.every:
        size = _values(field.type_in(dict(below.env)), depth + 1)
        if size is None:
            return None
        product *= size
    return product


# -- keys that never end


def _without_end(insert: Insert, most: int | None) -> Origin | None:
    """Where keys come from that are known to have no end.

    With a number, keys from requests, messages and listings are such; words are believed of these, and only keys that
    are new each time speak against them: made by a counter, a clock, chance, or with the address of a new object.
    """
    if insert.run.when not in (When.RUN, When.REQUEST):
        return None
    for known in (key_of_narrow_name(insert), key_checked_before(insert)):
        if known.holds:
            return None
    origins = insert.origins
    if any(o.kind is Kind.CONFIG for o in origins) or _may_count(insert, most):
        return None
    kinds = WIDE - {Kind.POINTER} if most is not None else {Kind.GENERATED}
    for origin in origins:
        if origin.kind is Kind.GENERATED and _few(origin):
            continue
        if origin.kind in kinds or (origin.kind is Kind.POINTER and _new_address(insert)):
            return origin
    return None


def _few(origin: Origin) -> bool:
    """Chance or the clock, cut down to few values: rand.Intn(8), time.Now().Hour()."""
    names = knowledge.table("keys")["generated"]["few"]["names"]
    return any(f".{name}(" in f".{step}" for step in origin.steps for name in names)


def _new_address(insert: Insert) -> bool:
    key, body = insert.event.key, insert.body
    if isinstance(key, g.UnaryExpr):
        return isinstance(key.x, g.CompositeLit)
    local = body.bound.get(key.pos) if isinstance(key, g.Ident) else None
    return isinstance(local, Local) and local.kind == "var" and made_here(local)


def _may_count(insert: Insert, most: int | None) -> bool:
    """A count of one's own may stand in the way: a number is compared with the promised one, or with a limit."""
    bodies, owner = {insert.body}, insert.body.owner
    if isinstance(owner, Func):
        bodies.update(ref.body for ref in insert.map.analysis.program.references(owner)[:20])
    return any(
        isinstance(node, g.BinaryExpr)
        and node.op in ("<", "<=", ">", ">=", "==")
        and any(
            _is_limit(side, body, most)
            and not (isinstance(other, g.CallExpr) and builtin(other, body) == "len")
            for side, other in ((node.x, node.y), (node.y, node.x))
        )
        for body in bodies
        if body.lowered is not None and body.lowered.body is not None
        for node in g.walk(body.lowered.body)
    )


def _is_limit(x: g.Expr, body: Body, most: int | None) -> bool:
    number = integer(x, body)
    if number is not None and most is not None and most > 1:
        return abs(number - most) <= 1
    named = knowledge.table("limits")["any"]["words"]
    return any(word in named for word in words.split(name_of(x)))
