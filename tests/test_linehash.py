"""The line hash, held against the values that GitHub's own tests publish."""

from __future__ import annotations

import pytest

from gomaplint.report.linehash import line_hashes

# The texts and values are those of src/fingerprints.test.ts in https://github.com/github/codeql-action.
GREETING = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]
PUBLISHED = {
    "": ["c129715d7a2bc9a3:1"],
    " a\nb\n  \t\tc\n d": [
        "271789c17abda88f:1",
        "54703d4cd895b18:1",
        "180aee12dab6264:1",
        "a23a3dc5e078b07b:1",
    ],
    " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n": GREETING,
    " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r": GREETING,
    " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n": GREETING,
    " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n": GREETING,
    "Lorem ipsum dolor sit amet.\n" * 10: [
        *(f"a7f2ff13bc495cf2:{n}" for n in range(1, 7)),
        "a7f2ff1481e87703:1",
        "a9cf91f7bbf1862b:1",
        "55ec222b86bcae53:1",
        "cc97dc7b1d7d8f7b:1",
        "c129715d7a2bc9a3:1",
    ],
}


def by_characters(text: str) -> list[str]:
    """The same hash as its description has it: a window that moves over the file character by character."""
    window, begins = [0] * 100, [0] * 100
    seen: dict[str, int] = {}
    found = []
    value = at = line = 0
    fresh, after_return = True, False

    def put(unit: int) -> None:
        nonlocal value, at
        value = (37 * value + unit - pow(37, 100, 2**64) * window[at]) % 2**64
        window[at] = unit
        at = (at + 1) % 100

    def tell() -> None:
        if begins[at]:
            seen[f"{value:x}"] = seen.get(f"{value:x}", 0) + 1
            found.append(f"{value:x}:{seen[f'{value:x}']}")
            begins[at] = 0

    data = text.encode("utf-16-le")
    for unit in [*(int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data), 2)), 0xFFFF]:
        if unit in (0x20, 0x09) or (after_return and unit == 0x0A):
            after_return = False
            continue
        after_return = unit == 0x0D
        unit = 0x0A if after_return else unit
        tell()
        if fresh:
            line += 1
            begins[at] = line
        fresh = unit == 0x0A
        put(unit)
    for _ in range(100):
        tell()
        put(0)
    return found


def hashes(text: str) -> list[str]:
    count = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    return list(line_hashes(text, range(1, count + 1)).values())


@pytest.mark.parametrize("text", PUBLISHED)
def test_the_published_values_come_out(text: str) -> None:
    assert PUBLISHED[text] == hashes(text)


@pytest.mark.parametrize(
    "text",
    [
        "größe := map[string]世界{} // 🌍\n\n\t}\n" * 20,
        "a" * 250 + "\n" + "b" * 99 + "\n" + "c" * 100 + "\n",
        "\r \n\r\t\r\n x\r\r\n",
        "\ufeffpackage x\n\x00\n\ufffd\n",
    ],
)
def test_it_is_the_hash_of_the_description(text: str) -> None:
    assert by_characters(text) == hashes(text)


def test_only_the_lines_asked_for_are_hashed() -> None:
    text = "Lorem ipsum dolor sit amet.\n" * 10
    assert {3: "a7f2ff13bc495cf2:3", 7: "a7f2ff1481e87703:1"} == line_hashes(text, {7, 3})


def test_a_line_that_is_not_there_has_none() -> None:
    assert {} == line_hashes("one\n", {5})
