"""How long a map lives: who holds its owner, where the owner is made, and what follows from both."""

from __future__ import annotations

from collections.abc import Hashable

from gomaplint.evidence.folding import fold
from gomaplint.evidence.times import time
from gomaplint.finding import Row, Section
from gomaplint.model.lifetime import Birth, Holder, Lifetimes
from gomaplint.model.maps import Map
from gomaplint.model.symbols import Field, StructDecl, TypeDecl

_LIVES = {
    True: "lives as long as the program",
    False: "does not live as long as the program",
    None: "whether it lives as long as the program is not known",
}


def owner(m: Map) -> Section:
    """The verdict on how long the map lives, then all that holds its owner and every place that makes one."""
    life = m.lifetime
    rows = [Row(f"{_LIVES[life.holds]}: {life.says}", life.at)]
    decl = m.container.decl
    struct = decl.struct if isinstance(decl, Field) else None
    while struct is not None and isinstance(struct.owner, Field):
        struct = struct.owner.struct  # a struct without a name is part of the one around it
    of = struct.owner if struct is not None else None
    if not isinstance(of, TypeDecl):
        return Section("Owner", tuple(rows))
    lifetimes = m.analysis.lifetimes
    holders = lifetimes.holders().get(of, [])
    rows += fold(_holder(holder, of, lifetimes) for holder in holders)
    if not holders:
        rows.append(Row("no package variable and no field has its type", of.at))
    births = lifetimes.births(of)
    rows += fold(map(_birth, births))
    if not births:
        rows.append(Row(f"made nowhere in the module: no {of}{{...}}, no new({of}) was found", of.at))
    return Section(f"Owner: {of}", tuple(rows))


def _holder(holder: Holder, of: TypeDecl, lifetimes: Lifetimes) -> tuple[Hashable, Row]:
    decl, renewed = holder.decl, lifetimes.renewed(holder.decl)
    manner = "as one of many entries" if holder.many else "by pointer" if holder.pointer else "by value"
    what = decl if isinstance(decl, Field) else f"the package variable {decl}"
    says = f"held by {what}, {manner}"
    if renewed:
        says += ", and is given a new one while the program runs"
    elif isinstance(decl, Field) and not holder.many:
        says += _outer(decl.struct, of, lifetimes)
    return (type(decl), manner, renewed), Row(says, decl.at)


def _outer(struct: StructDecl, of: TypeDecl, lifetimes: Lifetimes) -> str:
    """What is known of the struct around the owner."""
    if struct.owner is of:
        return ", a part of itself"
    holds = lifetimes.struct(struct).holds
    if holds is None:
        return f"; how long {struct} lives is not known"
    return f"; {struct} {_LIVES[holds]}"


def _birth(birth: Birth) -> tuple[Hashable, Row]:
    often = "in a loop" if birth.looped else "not in a loop"
    kept = "something" if birth.kept else "nothing"
    says = (
        f"made in {birth.body} {time(birth.run)}, {often}; {birth.run.why}; {kept} beyond the call keeps it"
    )
    return (birth.run.when, often, kept), Row(says, birth.at)
