"""What the names of folders and files tell."""

from __future__ import annotations

import pytest

from gomaplint.model import words


@pytest.mark.parametrize(
    "path",
    [
        "tgtest/a.go",
        "x/storetest/a.go",
        "mocks/a.go",
        "user_mock.go",
        "e2e/a.go",
        "x/testutil.go",
        "x/test_mock_handler.go",
        "app/demo/a.go",
    ],
)
def test_code_around_tests_is_known_by_its_place(path: str) -> None:
    assert words.names_tests(path)


@pytest.mark.parametrize(
    "path", ["latest/a.go", "contest/a.go", "speedtest/a.go", "attest/a.go", "manifest/a.go", "hub.go"]
)
def test_words_that_end_in_test_are_not_all_about_tests(path: str) -> None:
    assert not words.names_tests(path)


@pytest.mark.parametrize(
    "name",
    ["Stop", "unsubscribeAll", "handleDisconnect", "PeerDisconnected", "onSessionCancelled", "streamDropped"],
)
def test_a_function_is_named_after_a_removal(name: str) -> None:
    assert words.removes(name)


@pytest.mark.parametrize(
    "name", ["isClosed", "NewRemover", "addListener", "waitClose", "onConnect", "reload"]
)
def test_a_function_is_not_named_after_a_removal(name: str) -> None:
    assert not words.removes(name)
