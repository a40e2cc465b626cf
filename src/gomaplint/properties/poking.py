"""Properties of a place that reaches into a map's insides."""

from __future__ import annotations

from gomaplint.properties import property_of
from gomaplint.shapes.poking import Poke, confined
from gomaplint.span import Answer


@property_of(Poke)
def gone(p: Poke) -> Answer:
    """From some Go release on, what it reaches for is not there, or cannot be reached."""
    if p.never:
        return Answer(True, f"reaches for {p.what}: {p.now}", p.at)
    if p.gone is not None:
        return Answer(True, f"reaches for {p.what}, which is gone from Go {p.gone} on", p.at)
    return Answer(False, f"reaches for {p.what}, which the newest release that was tried still has", p.at)


@property_of(Poke)
def confined_to_older_releases(p: Poke) -> Answer:
    """A build constraint leaves its file out of the releases in which what it reaches for is gone."""
    held = confined(p)
    says = {
        True: "is built only with releases that have it",
        False: "is built with every release",
        None: "has a build constraint that may leave out newer releases",
    }
    return Answer(held, says[held], p.at)


@property_of(Poke)
def into_a_map(p: Poke) -> Answer:
    """What it reaches into is known to be a map or a sync.Map."""
    says = {
        True: "reaches into a map",
        False: "reaches into something that is no map",
        None: "reaches into something whose type is not known",
    }
    return Answer(p.sure, says[p.sure], p.at)
