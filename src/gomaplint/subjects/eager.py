"""Values offered to the LoadOrStore of a `sync.Map`."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.properties.eager import cost, used_regardless
from gomaplint.shapes.eager import Offer, offers
from gomaplint.subjects import Kind, Subject, declaration


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each call of `LoadOrStore`, with the value that it offers."""
    return map(_subject, offers(analysis))


def _subject(offer: Offer) -> Subject:
    m, file = offer.map, offer.body.file
    key = offer.insert.event.key
    words = {
        "map": m.container.name,
        "value": file.text(offer.value, 48),
        "made": file.text(offer.maker, 48),
        "key": file.text(key, 48) if key is not None else "key",
        "function": str(offer.body),
    }
    return Subject(
        file,
        offer.at,
        {"map": m, "insert": offer.insert, "value": offer},
        _Words(words, offer),
        f"{file.path}:{offer.call.pos}",
        m.container.key,
        m.container.at,
        lambda: _related(offer),
    )


class _Words(dict[str, str]):
    """Words of which the expensive ones are found when a text asks for them."""

    def __init__(self, known: dict[str, str], offer: Offer) -> None:
        super().__init__(known)
        self._offer = offer

    def __getitem__(self, word: str) -> str:
        if word == "cost":
            return cost(self._offer)
        if word == "kept":
            return self["value"] if used_regardless(self._offer).holds else ""
        if word == "started":
            return self["made"] if self._offer.started is not None else ""
        return super().__getitem__(word)


def _related(offer: Offer) -> tuple[Related, ...]:
    m, file = offer.map, offer.body.file
    rows = [declaration(m)]
    regardless = used_regardless(offer)
    if regardless.holds and regardless.at is not None:
        rows.append(Related(regardless.at, f"{file.text(offer.value, 48)} is used further here"))
        return tuple(rows)
    if offer.maker is not offer.value:
        rows.append(Related(file.span(offer.maker.pos, offer.maker.end), "it is made here"))
    if offer.started is not None:
        rows.append(Related(offer.started, "its goroutine starts here"))
    run = offer.insert.run
    if run.at is not None and run.why:
        rows.append(Related(run.at, f"when it runs: {run.why}"))
    return tuple(rows)


KINDS = (
    Kind(
        "eager-value",
        find,
        {"map": Map, "insert": Insert, "value": Offer},
        frozenset(("map", "value", "made", "key", "function", "cost")),
        frozenset(("kept", "started")),
    ),
)
