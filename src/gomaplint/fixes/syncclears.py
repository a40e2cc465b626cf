"""The walk that deletes every key of a sync.Map: one call of Clear."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.finding import Fix
from gomaplint.fixes.edits import restate
from gomaplint.fixes.sites import sync_method
from gomaplint.goversion import GoVersion
from gomaplint.shapes.clears import RangeClear

_SINCE = GoVersion(1, 23)


def clear_at_once(c: RangeClear) -> tuple[Fix, ...]:
    """`Clear` in the place of the walk; none below Go 1.23."""
    body = c.body
    call = sync_method(c.operand, "Clear", c.map, body)
    alone = isinstance(c.loop, g.RangeStmt) or isinstance(body.parent(c.loop), (g.ExprStmt, g.DeferStmt))
    packages = any(
        isinstance(n, g.TypeAssertExpr) and isinstance(n.type, g.SelectorExpr) for n in g.walk(c.loop)
    )
    if call is None or not alone or packages or body.file.version < _SINCE:
        return ()
    edit = restate(c.loop, f"{call}()", body.file)
    return (Fix(f"empty it by {call}()", False, (edit,)),) if edit is not None else ()
