"""Properties of a library's cache and a place that fills it."""

from __future__ import annotations

from gomaplint.properties import property_of
from gomaplint.shapes.fillings import Filling
from gomaplint.span import Answer


@property_of(Filling)
def endless(f: Filling) -> Answer:
    """Nothing that the cache was made with takes the entry out: no size, and no expiry or nobody who looks for it."""
    return f.endless()


@property_of(Filling)
def in_another_process(f: Filling) -> Answer:
    """The entries are kept by a server and not by the program itself."""
    library = f.cache.library
    where = "keeps its entries in a server" if library.remote else "keeps its entries in the program itself"
    return Answer(library.remote, f"{library.title} {where}", f.at)


@property_of(Filling)
def left_to_expire(f: Filling) -> Answer:
    """The entry has an expiry, but the cache looks for nothing that has expired, and no code makes it do so."""
    return f.unenforced()
