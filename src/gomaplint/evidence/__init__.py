"""What was looked at behind the answers about one insertion: its key, its time, the map's owner, what takes keys away.

Nothing here decides: each row tells what `model/` found, and whether it counts.
"""

from __future__ import annotations

from gomaplint.evidence import evictions, keys, owners
from gomaplint.finding import Section
from gomaplint.model.maps import Insert


def growth(insert: Insert) -> tuple[Section, ...]:
    """Everything that speaks for or against a growing map, in the order in which a reader asks."""
    return (
        keys.origins(insert),
        keys.runs(insert),
        owners.owner(insert.map),
        evictions.evictions(insert),
    )
