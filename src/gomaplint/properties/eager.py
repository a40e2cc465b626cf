"""Properties of a value that is offered to LoadOrStore."""

from __future__ import annotations

from gomaplint import knowledge
from gomaplint.goversion import GoVersion
from gomaplint.mapsize import SWISS, layout, size_class
from gomaplint.model import types as t
from gomaplint.model.reach import When
from gomaplint.model.symbols import underlying
from gomaplint.properties import property_of
from gomaplint.shapes.eager import Offer
from gomaplint.shapes.parts import Part
from gomaplint.span import Answer

_NOTICED = 32  # bytes; less is lost beside the box of the key
_MUCH = 256
_MANY = 3  # objects
_SYNC_MAP, _SYNC_MAP_BEFORE = 48, 32
_MAP = 48  # an empty one
_CHAN, _CHAN_BEFORE = 104, 96  # and its elements; before Go 1.23 the smaller one
_TIMERS = GoVersion(1, 23)
_DEPTH = 4  # structs in structs


@property_of(Offer)
def costly_to_make(o: Offer) -> Answer:
    """Making the value takes 256 bytes or three objects each time, or starts a goroutine."""
    if o.started is not None:
        return Answer(True, "starts a goroutine each time", o.started)
    much = size_of(o) >= _MUCH or len(o.parts) >= _MANY
    return Answer(much, f"takes {cost(o)}", o.at)


@property_of(Offer)
def noticed_when_made(o: Offer) -> Answer:
    """Making the value takes 32 bytes or two objects each time."""
    return Answer(size_of(o) >= _NOTICED or len(o.parts) > 1, f"takes {cost(o)}", o.at)


@property_of(Offer)
def made_again_and_again(o: Offer) -> Answer:
    """The call runs for each request or message, or in a loop at run time."""
    run = o.insert.run
    often = run.when is When.REQUEST or (run.when is When.RUN and run.looped)
    if run.when is When.OPEN:
        return Answer(None, run.why, run.at)
    return Answer(often, run.why or "is not seen to run again and again", run.at)


@property_of(Offer)
def looked_up_first(o: Offer) -> Answer:
    """A Load of the same key comes before: here, or in every function that calls this one."""
    if o.looked_up is not None:
        return Answer(True, "comes after a Load of the key", o.looked_up)
    return Answer(False, "no Load of the key comes before", o.at)


@property_of(Offer)
def held_for_a_while(o: Offer) -> Answer:
    """Its key is removed by itself again, or the call only asks whether it was there: mostly it was not."""
    if o.removed is not None:
        return Answer(True, "is in the map until its key is removed", o.removed)
    if o.result == "loaded":
        return Answer(True, "marks a key that is new", o.at)
    return Answer(False, "stays in the map", o.at)


@property_of(Offer)
def used_regardless(o: Offer) -> Answer:
    """The function drops what LoadOrStore returns and goes on with a value of its own, which has state."""
    use = o.goes_on
    if use is None:
        return Answer(False, "is not used after the call, or what the call returns is looked at", o.at)
    if o.exclusion is not None:
        return Answer(False, f"only one goroutine at a time comes here: {o.exclusion.why}", o.exclusion.at)
    at = o.body.file.span(use.pos, use.end)
    if o.stateful:
        return Answer(True, "is used further, stored or not", at)
    return Answer(None, "is used further, but another one may be as good", at)


def size_of(o: Offer) -> int:
    """The least number of bytes that making the value takes, on a 64-bit system."""
    return sum(_bytes(part, o.body.file.version) for part in o.parts)


def cost(o: Offer) -> str:
    """What making the value takes, in words."""
    if not o.parts:
        return "nothing that is seen to be made for the call"
    size, count = size_of(o), len(o.parts)
    exact = count == 1 and _exact(o.parts[0], o.body.file.version)
    if count >= _MANY and size < _MUCH:
        return f"{count} objects or more"
    return f"{size} bytes" if exact else f"{size} bytes or more"


def _exact(part: Part, version: GoVersion) -> bool:
    if part.what == "object":
        return version >= SWISS if part.of == t.SYNC_MAP else _least(part.of)[1]
    return part.what == "chan" and version >= _TIMERS and _least(part.of) == (0, True)


def _bytes(part: Part, version: GoVersion) -> int:
    match part.what:
        case "object":
            if part.of == t.SYNC_MAP:
                return _SYNC_MAP if version >= SWISS else _SYNC_MAP_BEFORE
            size, _ = _least(part.of)
            return size_class(size) if size else 0
        case "map":
            return _MAP
        case "chan":
            own = _CHAN if version >= _TIMERS else _CHAN_BEFORE
            return size_class(own + part.number * _least(part.of)[0])
        case "elements":
            size = part.number * _least(part.of)[0]
            return size_class(size) if size else 0
    return part.number


def _least(of: t.Type | None, depth: int = 0) -> tuple[int, bool]:
    """The size of a type, or of those of its fields that are known; True where it is the whole size."""
    known = layout(of)
    if known is not None:
        return known[0], True
    if of == t.SYNC_MAP:
        return _SYNC_MAP_BEFORE, False
    if isinstance(of, t.External):
        size = knowledge.table("makers")["sizes"]["types"].get(of.path, {}).get(of.name)
        return (size, True) if size is not None else (0, False)
    below = underlying(of)
    if isinstance(below, t.Struct) and depth < _DEPTH:
        env = dict(below.env)
        return sum(_least(field.type_in(env), depth + 1)[0] for field in below.decl.every), False
    return 0, False
