"""What a reload finds again, and that nobody else does."""

import pytest

from dpn.ui import kept as module
from dpn.ui.kept import Kept


@pytest.fixture
def open_windows():
    return {"first"}


@pytest.fixture
def kept(open_windows):
    return Kept(open_windows.__contains__)


def test_a_window_finds_its_own_things_again(kept):
    kept.things("anna", "first")["sketch"] = 7
    assert kept.things("anna", "first") == {"sketch": 7}


def test_a_reload_takes_over_what_the_closed_window_had(kept, open_windows):
    things = kept.things("anna", "first")
    things["sketch"] = 7
    open_windows.clear()
    assert kept.things("anna", "second") is things
    assert kept.things("anna", "third") is things  # of three reloads in a row
    assert kept.things("anna", "first") is things


def test_a_second_window_beside_an_open_one_begins_with_nothing(kept):
    kept.things("anna", "first")["sketch"] = 7
    assert kept.things("anna", "second") == {}


def test_nobody_else_finds_them(kept, open_windows):
    kept.things("anna", "first")["sketch"] = 7
    open_windows.clear()
    assert kept.things("bob", "second") == {}


def test_of_several_closed_windows_the_last_used_counts(kept, open_windows):
    open_windows |= {"second"}
    kept.things("anna", "first")["sketch"] = 1
    kept.things("anna", "second")["sketch"] = 2
    kept.things("anna", "first")
    open_windows.clear()
    assert kept.things("anna", "third") == {"sketch": 1}


def test_after_an_hour_they_are_gone(kept, open_windows, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    kept.things("anna", "first")["sketch"] = 7
    open_windows.clear()
    now[0] = module.SECONDS + 1
    assert kept.things("anna", "second") == {}
    assert len(kept._things) == 1


def test_no_more_windows_are_kept_than_there_is_room_for(kept, open_windows, monkeypatch):
    monkeypatch.setattr(module, "WINDOWS", 3)
    for number in range(10):
        kept.things(f"visitor {number}", f"window {number}")["sketch"] = number
    assert len(kept._things) == 3
