"""The estimate of bytes per entry, held against what docs/map-memory.md says was measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from programs import bodies, linked

from gomaplint import goast as g
from gomaplint.finding import Estimate
from gomaplint.goversion import GoVersion
from gomaplint.mapsize import estimate, layout, size_class
from gomaplint.model import types as t
from gomaplint.model.infer import type_of
from gomaplint.model.types import Slice

PAGE = (Path(__file__).parent.parent / "docs" / "map-memory.md").read_text("utf-8")
BUCKETS, SWISS = GoVersion(1, 23), GoVersion(1, 24)

UINT8, INT64 = t.Basic("uint8"), t.Basic("int64")


def of_size(size: int) -> t.Type:
    """A type of so many bytes, aligned as a word where that is possible, as in the measurements."""
    if size % 8 == 0:
        return Slice(INT64, size // 8)
    return {4: t.Basic("int32")}.get(size, Slice(UINT8, size))


def rows() -> list[tuple[int, int, GoVersion, float, list[float]]]:
    """Each row of the page's table: sizes of key and value, version, the rule's typical, measured low, mean, high."""
    found = []
    for line in PAGE.split("\n"):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        sizes = re.fullmatch(r"(\d+), (\d+)", cells[0])
        if sizes is None:
            continue
        for version, typical, measured in ((BUCKETS, cells[2], cells[3]), (SWISS, cells[4], cells[5])):
            numbers = [float(part) for part in measured.split("/")]
            found.append((int(sizes[1]), int(sizes[2]), version, float(typical), numbers))
    return found


ROWS = rows()


def entry(key: t.Type | None, value: t.Type | None, version: GoVersion = SWISS) -> Estimate:
    found = estimate(key, value, version, "K", "V")
    assert found is not None
    return found


def type_in(expression: str, declarations: str = "") -> t.Type | None:
    """The type of an expression in a program."""
    imports = 'import (\n\t"sync"\n\t"time"\n\n\t"example.com/lib"\n)'
    source = f"{imports}\n\n{declarations}\n\nfunc f() {{ _ = {expression} }}"
    (body,) = [body for body in bodies(linked(source)) if str(body) == "f"]
    (stmt,) = [s for s in body.assigns if isinstance(s, g.AssignStmt)]
    return type_of(stmt.rhs[0], body)


def test_the_page_has_rows_for_both_kinds_of_maps() -> None:
    assert 16 == len(ROWS)


@pytest.mark.parametrize(("key", "value", "version", "typical", "measured"), ROWS)
def test_typical_is_what_the_page_says(
    key: int, value: int, version: GoVersion, typical: float, measured: list[float]
) -> None:
    assert typical == pytest.approx(entry(of_size(key), of_size(value), version).typical, rel=0.005, abs=0.06)


@pytest.mark.parametrize(("key", "value", "version", "typical", "measured"), ROWS)
def test_typical_is_within_8_per_cent_of_the_measured_mean(
    key: int, value: int, version: GoVersion, typical: float, measured: list[float]
) -> None:
    assert measured[1] == pytest.approx(entry(of_size(key), of_size(value), version).typical, rel=0.08)


@pytest.mark.parametrize(("key", "value", "version", "typical", "measured"), ROWS)
def test_high_bounds_what_was_measured(
    key: int, value: int, version: GoVersion, typical: float, measured: list[float]
) -> None:
    # The page rounds what is large to whole bytes.
    assert entry(of_size(key), of_size(value), version).high >= measured[2] - 0.6


@pytest.mark.parametrize(("key", "value", "version", "typical", "measured"), ROWS)
def test_low_bounds_what_was_measured(
    key: int, value: int, version: GoVersion, typical: float, measured: list[float]
) -> None:
    assert entry(of_size(key), of_size(value), version).low <= measured[0] + 0.06


@pytest.mark.parametrize(
    ("size", "block"),
    [
        (1, 8),
        (8, 8),
        (9, 16),
        (24, 24),
        (25, 32),
        (129, 144),
        (1025, 1152),
        (32_768, 32_768),
        (32_769, 40_960),
    ],
)
def test_the_allocator_hands_out_blocks_of_certain_sizes(size: int, block: int) -> None:
    assert block == size_class(size)


def test_sizes_of_blocks_grow() -> None:
    blocks = [size_class(size) for size in range(1, 70_000, 7)]
    assert sorted(blocks) == blocks


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("bool", (1, 1)),
        ("int32", (4, 4)),
        ("int", (8, 8)),
        ("float64", (8, 8)),
        ("complex128", (16, 8)),
        ("complex64", (8, 4)),
        ("string", (16, 8)),
        ("any", (16, 8)),
        ("error", (16, 8)),
        ("interface{ M() }", (16, 8)),
        ("*int", (8, 8)),
        ("map[string]int", (8, 8)),
        ("chan int", (8, 8)),
        ("func()", (8, 8)),
        ("[]byte", (24, 8)),
        ("[3]int16", (6, 2)),
        ("[0]int", (0, 8)),
        ("struct{}", (0, 1)),
        ("struct{ a bool; b int }", (16, 8)),
        ("struct{ a int; b bool }", (16, 8)),
        ("struct{ a bool; b int16; c bool }", (6, 2)),
        ("struct{ a, b bool; c int32 }", (8, 4)),
        ("struct{ a bool; b struct{ c int64; d bool } }", (24, 8)),
        ("struct{ _ [4]byte; _ int64 }", (16, 8)),
        ("struct{ a int64; b struct{} }", (16, 8)),
        ("time.Time", (24, 8)),
        ("time.Duration", (8, 8)),
        ("sync.Mutex", (8, 4)),
        ("sync.RWMutex", (24, 4)),
        ("uint32", (4, 4)),
        ("int16", (2, 2)),
        ("session", (32, 8)),
        ("*session", (8, 8)),
        ("level", (1, 1)),
        ("pair[string, bool]", (24, 8)),
    ],
)
def test_a_type_has_gos_size_and_alignment(written: str, expected: tuple[int, int]) -> None:
    declarations = """
        type session struct {
            name string
            next *session
            open bool
        }

        type level uint8

        type pair[A, B any] struct {
            a A
            b B
        }
    """
    assert expected == layout(type_in(f"*new({written})", declarations))


@pytest.mark.parametrize(
    "written", ["lib.Thing", "struct{ a lib.Thing }", "[3]lib.Thing", "[n]int", "undeclared", "sync.Unheard"]
)
def test_a_type_that_is_not_known_has_no_size(written: str) -> None:
    assert layout(type_in(f"*new({written})", "const n = 5")) is None


@pytest.mark.parametrize(("key", "value"), [(None, INT64), (INT64, None), (t.TypeParam("K"), INT64)])
def test_without_both_sizes_there_is_no_estimate(key: t.Type | None, value: t.Type | None) -> None:
    assert estimate(key, value, SWISS, "K", "V") is None


def test_a_type_that_holds_itself_without_end_has_no_size() -> None:
    assert layout(type_in("*new(a)", "type a struct{ b b }\n\ntype b struct{ a a }")) is None


def test_low_typical_and_high_come_in_this_order() -> None:
    for key in (1, 8, 16, 200):
        for value in (0, 1, 8, 128, 129, 1000):
            for version in (BUCKETS, SWISS):
                found = entry(of_size(key), of_size(value), version)
                assert found.low < found.typical < found.high


def test_an_empty_value_costs_a_swiss_map_as_much_as_one_of_the_keys_size() -> None:
    assert entry(INT64, of_size(0)).typical == entry(INT64, INT64).typical


def test_what_is_larger_than_128_bytes_lies_outside() -> None:
    inside, outside = entry(INT64, of_size(128)), entry(INT64, of_size(136))
    pointer = entry(INT64, INT64)
    assert pointer.typical + size_class(136) == pytest.approx(outside.typical, abs=0.1)
    assert outside.low > inside.low


def test_the_version_decides_on_the_kind_of_map() -> None:
    assert entry(INT64, INT64, GoVersion(1, 21)) == entry(INT64, INT64, GoVersion(1, 23))
    assert entry(INT64, INT64, GoVersion(1, 24)) == entry(INT64, INT64, GoVersion(1, 27))
    assert entry(INT64, INT64, BUCKETS) != entry(INT64, INT64, SWISS)


def test_the_estimate_names_both_types() -> None:
    found = estimate(INT64, INT64, SWISS, "int64", "session")
    assert found is not None
    assert ("int64", "session") == (found.key, found.value)
