"""Why a place of a drawing is said to speak for its class, and what comes without it."""

from types import SimpleNamespace

import numpy as np
import pytest

from dpn.explain.account import Term
from dpn.explain.regions import Region
from dpn.ui.inside.places import reasons
from dpn.ui.inside.places.place import Place, Places
from dpn.ui.inside.places.reasons import why
from dpn.ui.inside.places.words import place_words
from dpn.ui.inside.sum_words import verdict

RING = np.zeros((9, 9))
RING[2:7, 2:7] = 1
RING[3:6, 3:6] = 0
TOP = np.zeros((9, 9), bool)
TOP[2:4, 2:7] = True


def case(ink=RING, score=2.0, contrast="9", **more):
    image = np.rint(ink * 255).astype(np.uint8)[None]
    found = {"score": np.array([score]), "target": np.array([8]), "contrast": np.array([9])}
    plain = {"target": "8", "contrast": contrast, "stuff": "ink", "is_photo": False}
    subject = SimpleNamespace(image=image)
    return SimpleNamespace(**plain | more, ink=ink, subject=subject, found=SimpleNamespace(**found))


def usually(monkeypatch, one, other):
    monkeypatch.setattr(reasons, "usual_loops", lambda _: (one, other))


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (1, 0, "it closes the loop (9 usually has none)"),
        (2, 1, "it closes the loop (9 usually has fewer)"),
        (1, 1, ""),
        (0, 1, ""),
        (float("nan"), 0, ""),
    ],
)
def test_a_loop_is_a_reason_only_where_the_other_class_has_fewer(monkeypatch, one, other, told):
    usually(monkeypatch, one, other)
    assert why(case(), Place(Region(1.0, TOP, "top"), 1.0), None) == told


def test_without_another_class_a_loop_is_told_alone(monkeypatch):
    usually(monkeypatch, 1, 0)
    place = Place(Region(1.0, TOP, "top"), 1.0)
    assert why(case(contrast=None), place, None) == "it closes the loop"


@pytest.mark.parametrize(("other", "closes"), [(0, True), (1, False)])
def test_ink_that_would_close_a_loop_is_told_where_the_other_class_has_more(
    monkeypatch, other, closes
):
    usually(monkeypatch, other, 1)
    usual = np.zeros((9, 9)), np.where(TOP, 1.0, 0.0)
    empty = Place(Region(1.0, TOP, "top"), 1.0, is_empty=True)
    told = why(case(np.where(TOP, 0, RING)), empty, usual)
    loop = ", which would close the gap to a loop" if closes else ""
    assert told == f"9 usually has some there{loop}"


def test_of_a_place_that_is_not_missed_alone_it_is_said_which_one_stands_in_for_it(monkeypatch):
    usually(monkeypatch, 0, 0)
    first, second, third = (Place(Region(1.0, TOP, "top"), after) for after in (1.0, 1.99, 1.99))
    together = Place(Region(2.0, TOP, ""), -1.0)
    lines = place_words(case(), Places([first, second], together)).splitlines()
    assert lines[0].endswith("Erased alone, 8 would still be ahead, 2.7 to 1.</span>")
    assert lines[1].endswith("Erased alone, nothing is lost, as place 1 stands in for it.</span>")
    lines = place_words(case(), Places([first, second, third], together)).splitlines()
    assert lines[2].endswith("alone, nothing is lost, as other places stand in for it.</span>")


def test_what_the_picture_and_the_head_start_add_is_what_is_read_of_the_lead():
    terms = [Term("rows", -1.104, (0, 9, 0, 9)), Term("read-out", 8.0)]
    assert "lead over 9: **+6.90**" in verdict(case(), terms)
    assert "The picture adds -1.10, the head start +8.00." in verdict(case(), terms)
    terms = [Term("rows", 4.104, (0, 9, 0, 9)), Term("read-out", 2.804)]
    assert "lead over 9: **+6.91**" in verdict(case(), terms)
    assert "The picture adds +4.11, the head start +2.80." in verdict(case(), terms)
