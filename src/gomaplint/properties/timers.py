"""Properties of a timer that belongs to an entry of a map."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.containers import Effect
from gomaplint.model.infer import type_of
from gomaplint.model.origins import Kind
from gomaplint.model.symbols import Func
from gomaplint.properties import property_of
from gomaplint.shapes.keylooks import Look, checked, locals_of, look
from gomaplint.shapes.timers import Case, EntryTimer
from gomaplint.span import Answer

_BRIEF = 1.0  # seconds


@property_of(EntryTimer)
def stopped(timer: EntryTimer) -> Answer:
    """Something stops or resets it where its entry is replaced or removed."""
    if timer.case is Case.DROPPED:
        return Answer(False, "is not kept, so that nothing can stop it", timer.armed)
    if timer.stop is not None:
        return Answer(True, f"is stopped in or around {timer.where}", timer.stop)
    if timer.case is Case.LEFT and timer.handed is not None:
        return Answer(None, f"is handed on by {timer.where}", timer.handed)
    return Answer(False, f"nothing in {timer.where}, its callers and what it calls stops a timer", timer.at)


@property_of(EntryTimer)
def brief(timer: EntryTimer) -> Answer:
    """It waits less than a second, by a constant of the source."""
    short = timer.seconds is not None and timer.seconds < _BRIEF
    return Answer(short, f"waits for {timer.body.file.text(timer.call.args[0])}", timer.armed)


@property_of(EntryTimer)
def checks_its_entry(timer: EntryTimer) -> Answer:
    """Its function looks whether the entry is still its own before it removes it."""
    for removal in timer.removals:
        if checked(removal):
            return Answer(True, "looks at the entry before it removes it", removal.at)
    return Answer(False, "removes whatever has its key, or nothing", timer.armed)


@property_of(EntryTimer)
def outlives_its_entry(timer: EntryTimer) -> Answer:
    """Its entry may be replaced or removed before it fires."""
    if timer.case is Case.LEFT:
        return _outlives_removed(timer)
    if timer.arms_itself:
        return Answer(False, "is armed again by its own function", timer.armed)
    insert = timer.insert
    seen = _look(timer)
    if seen is Look.OTHER:
        return Answer(False, f"is armed only after a look at {_key(timer)}", timer.armed)
    if insert is None:
        return Answer(None, "becomes a part of an entry that was there before", timer.entry.at)
    if seen is Look.PRESENT:
        own = timer.removes_its_own is not None
        return Answer(True if own else None, "is armed for a key that is there already", timer.entry.at)
    node = insert.event.node
    if isinstance(node, g.AssignStmt) and (node.op != "=" or _reads_itself(timer)):
        return Answer(True, f"is armed each time that the entry of {_key(timer)} changes", timer.entry.at)
    kinds = {origin.kind for origin in insert.origins}
    if kinds & {Kind.GENERATED, Kind.POINTER} or isinstance(type_of(timer.entry.key, insert.body), t.Pointer):
        return Answer(False, f"has a key that nobody had before: {_key(timer)}", timer.entry.at)
    if timer.refusable:
        return Answer(True, "is armed even where the key is taken", timer.entry.at)
    if Kind.REQUEST in kinds:
        return Answer(True, f"has a key that requests may repeat: {_key(timer)}", timer.entry.at)
    if _overwrites(timer):
        return Answer(True, f"is armed by {insert.body}, which takes any key", timer.entry.at)
    return Answer(None, f"has a key that may never come twice: {_key(timer)}", timer.entry.at)


def _look(timer: EntryTimer) -> Look:
    """What is asked before the entry is set, and before the timer is armed."""
    entry, program = timer.entry, timer.analysis.program
    seen = look(entry.node, entry.key, timer.map, entry.body, program)
    if seen is Look.NONE and entry.body is timer.body:
        return look(timer.call, entry.key, timer.map, entry.body, program)
    return seen


def _overwrites(timer: EntryTimer) -> bool:
    """By its name the function sets what its caller names: its key is made from its parameters."""
    body, owner = timer.entry.body, timer.entry.body.owner
    parts = [part for part in locals_of(timer.entry.key, body) if part is not body.recv]
    if not isinstance(owner, Func) or not parts or any(p.kind != "param" or p.lit for p in parts):
        return False
    first = words.split(owner.name)[:1]
    return bool(first) and first[0] in knowledge.table("timers")["overwriting"]["words"]


def _outlives_removed(timer: EntryTimer) -> Answer:
    removal = timer.removal
    assert removal is not None
    if timer.removes_its_own is None:
        return Answer(None, "has a function that is not seen to remove the entry itself", timer.armed)
    owner = removal.body.owner
    looped = any(isinstance(a, g.RangeStmt) for a in removal.body.ancestors(removal.node))
    if isinstance(owner, Func) and words.leads(owner.name, "reuse") and (looped or removal.key is None):
        return Answer(
            None, f"is pending when {removal.body} empties the map, which may be the end of it", removal.at
        )
    if timer.only_fired:
        return Answer(False, f"has fired when {removal.body} removes the entry", removal.at)
    return Answer(True, f"is pending when {removal.body} removes the entry", removal.at)


def _key(timer: EntryTimer) -> str:
    return timer.entry.body.file.text(timer.entry.key, 48)


def _reads_itself(timer: EntryTimer) -> bool:
    """The new value is made from the old one: `m[k] = append(m[k], v)`."""
    node = timer.entry.node
    return any(
        event.body is timer.entry.body and node.pos <= event.node.pos and event.node.end <= node.end
        for event in timer.map.story.of(Effect.READ)
    )
