"""Which fixes go together, whatever their order, and what a file is with them."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gomaplint.finding import Confidence, Edit, Finding, Fix, Original, Severity
from gomaplint.patching import Change, Offer, applied, diff, disjoint
from gomaplint.span import Span

CONTENT = b"0123456789abcdef"


def offer(*edits: Edit, line: int = 1) -> Offer:
    at = Span("a.go", line, 1, line, 2)
    finding = Finding("GML201", "range-clear", Severity.NOTE, Confidence.HIGH, at, "m", "f")
    return Offer(finding, Fix("t", True, edits))


def touch(a: Edit, b: Edit) -> bool:
    """The same as the code asks, said in another way: some offset is changed by both, or lies at both insertions."""
    if a == b or a.path != b.path:
        return False
    if a.start < a.end and b.start < b.end:
        return bool(set(range(a.start, a.end)) & set(range(b.start, b.end)))
    return bool(set(range(a.start, a.end + 1)) & set(range(b.start, b.end + 1)))


places = st.tuples(st.integers(0, len(CONTENT)), st.integers(0, 4))
edits = st.builds(
    lambda path, at, text: Edit(path, at[0], min(at[0] + at[1], len(CONTENT)), text),
    st.sampled_from(["a.go", "b.go"]),
    places,
    st.sampled_from(["", "x", "é\n"]),
)
fixes = st.lists(edits, min_size=1, max_size=3).filter(
    lambda some: not any(touch(a, b) for a, b in combinations(some, 2))
)
offers = st.lists(st.builds(lambda some, line: offer(*some, line=line), fixes, st.integers(1, 3)), max_size=8)


@given(offers, st.randoms(use_true_random=False))
def test_accepted_fixes_never_touch_and_their_order_does_not_matter(
    some: list[Offer], shuffled: object
) -> None:
    accepted, left = disjoint(some)
    every = {edit for one in accepted for edit in one.fix.edits}
    assert not any(touch(a, b) for a, b in combinations(every, 2))
    assert len(some) == len(accepted) + left
    for one in some:
        out = one not in accepted
        assert out is any(touch(edit, other) for edit in one.fix.edits for other in every)
    shuffled.shuffle(some)  # type: ignore[attr-defined]
    assert (accepted, left) == disjoint(some)


@given(offers)
def test_a_file_holds_each_edit_once_and_all_else_as_it_was(some: list[Offer]) -> None:
    accepted, _ = disjoint(some)
    made = [edit for one in accepted for edit in one.fix.edits if edit.path == "a.go"]
    rest, at = [], 0
    for edit in sorted(set(made)):
        rest += [CONTENT[at : edit.start], edit.text.encode()]
        at = edit.end
    expected = b"".join([*rest, CONTENT[at:]])
    assert expected == applied(CONTENT, made) == applied(CONTENT, reversed(made))


def test_equal_edits_of_two_fixes_are_made_once() -> None:
    shared = Edit("a.go", 3, 3, "import")
    accepted, left = disjoint(
        [offer(shared, Edit("a.go", 5, 6, "A")), offer(shared, Edit("a.go", 8, 9, "B"))]
    )
    assert 0 == left
    assert b"012import34A67B9abcdef" == applied(CONTENT, [e for one in accepted for e in one.fix.edits])


def test_edits_that_overlap_are_a_fault() -> None:
    with pytest.raises(AssertionError, match="overlap"):
        applied(CONTENT, [Edit("a.go", 1, 5, ""), Edit("a.go", 3, 6, "")])


@pytest.mark.parametrize(
    ("path", "before", "after", "expected"),
    [
        ("p/a.go", "a\nb\n", "a\nc\n", "--- a/p/a.go\n+++ b/p/a.go\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"),
        (
            "/x/a.go",
            "a",
            "a\nb",
            "--- /x/a.go\n+++ /x/a.go\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n"
            "\\ No newline at end of file\n",
        ),
        ("a.go", "a\fb\r\n", "a\fc\r\n", "--- a/a.go\n+++ b/a.go\n@@ -1 +1 @@\n-a\fb\r\n+a\fc\r\n"),
    ],
)
def test_a_diff_is_what_patch_takes(path: str, before: str, after: str, expected: str) -> None:
    assert expected == diff(Change(path, Original(path, before.encode()), after.encode()))
