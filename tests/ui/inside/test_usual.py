"""What the drawings of a class usually have is asked of test images that are looked for once."""

from pathlib import Path
from types import SimpleNamespace

import torch

from dpn import ui
from dpn.errors import DataError
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.why import usual


def view():
    return Case(SimpleNamespace(path=Path("here")), *[None] * 5)


def test_a_view_looks_for_its_test_images_once(monkeypatch):
    asked = []

    def test_images(run):
        asked.append(run)
        return None, torch.tensor([0, 2, 2])

    monkeypatch.setattr(ui, "test_images", test_images)
    monkeypatch.setattr(ui, "stamp", lambda _: 7)
    case = view()
    assert [usual._asked(case, label) for label in range(3)] == [
        ("here", 7, 0),
        None,
        ("here", 7, 2),
    ]
    assert asked == [case.run]
    usual._asked(view(), 0)
    assert len(asked) == 2


def test_nothing_is_usual_where_there_are_no_test_images(monkeypatch):
    def gone(run):
        raise DataError("gone")

    monkeypatch.setattr(ui, "test_images", gone)
    assert usual.usual_loops(view(), 0) is None
