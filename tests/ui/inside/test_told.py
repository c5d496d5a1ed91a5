"""Why a photo is of its class: its places beside those of test images that are most like them."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from dpn import ui
from dpn.explain.regions import Region
from dpn.ui.inside.alike import Alike as AlikeAsWhole
from dpn.ui.inside.places.alike import ranked
from dpn.ui.inside.places.place import Place, Places, Traits
from dpn.ui.inside.places.why import told
from dpn.ui.inside.places.why.marked import images_like, squares_like
from dpn.ui.inside.places.why.reasons import clear_reason
from dpn.ui.inside.places.why.told import reasons_of
from tests.ui.inside.drawing import RING, TOP, case, usually

LABELS = np.array([8, 9] * 20)
#: Eight of class 8 are nearest, then those of class 9.
NEAR = [*range(0, 16, 2), *range(1, 40, 2), *range(16, 40, 2)]


@pytest.fixture(autouse=True)
def test_images(monkeypatch):
    images = torch.arange(40, dtype=torch.uint8).reshape(40, 1, 1, 1).expand(40, 1, 9, 9)
    monkeypatch.setattr(ui, "test_images", lambda _: (images, torch.from_numpy(LABELS)))


def photo(**more):
    return case(RING, is_photo=True, stuff="light", moment=0, **more)


def place(value=1.0, after=-1.0, order=NEAR, **more):
    alike = ranked([(index, TOP) for index in order], LABELS, (8, 9))
    return Place(Region(value, TOP, "top"), after, alike=alike, **more)


def names_of(shown):
    """What stands below each picture."""
    assert shown.count("<img") == shown.count('title="')
    return re.findall(r'title="([^"]+)"', shown)


def test_a_place_stands_beside_two_that_are_most_like_it_and_one_of_the_other_class():
    shown = squares_like(photo(), place())
    assert names_of(shown) == ["this picture", "like it: 8", "like it: 8", "9, to compare"]
    assert len(set(re.findall(r'src="([^"]+)"', shown))) == 4
    turned = squares_like(photo(), place(order=NEAR[8:]))
    assert names_of(turned) == ["this picture", "like it: 9", "like it: 9", "8, to compare"]
    both = squares_like(photo(), place(order=[1, 0, *NEAR[1:]]))
    assert names_of(both) == names_of(shown)  # 7 of 8 are of 8
    both = squares_like(photo(), place(order=[1, 0, 3, 5, 7, *NEAR[1:8], *NEAR[12:]]))
    assert names_of(both) == ["this picture", "like it: 9", "like it: 8"]
    third = squares_like(photo(), place(instead=7))  # none of it is known
    assert names_of(third) == names_of(shown)
    assert squares_like(photo(), replace(place(), alike=None)) == ""


def test_all_of_a_photo_stands_beside_those_like_it_that_are_of_its_class():
    assert names_of(images_like(photo(), [1, 4, 3, 6, 8], 8)) == [
        "this picture",
        "like it: 8",
        "like it: 8",
    ]
    assert names_of(images_like(photo(), [1, 3, 4], 8)) == ["this picture", "like it: 8"]


def test_each_place_that_decides_has_its_own_pictures(monkeypatch):
    monkeypatch.setattr(told, "find_alike", lambda _: None)
    one, falls = place(), Place(Region(2.0, TOP, ""), -1.0)
    said = reasons_of(photo(), Places([one], falls))
    assert said.startswith("all 8 squares most like it are of 8, not 9.<span")
    assert said.count("<img") == 4
    both = [place(after=1.0), place(0.5, 1.0)]
    first, *each = reasons_of(photo(), Places(both, falls)).split("\n    - ")
    assert first == ""
    assert [line.count("<img") for line in each] == [4, 4]
    assert ["place **1**" in each[0], "place **2**" in each[1]] == [True, True]


def test_where_none_decides_all_of_it_comes_first_and_a_place_of_little_goes_unsaid(monkeypatch):
    near = AlikeAsWhole([0, 2, 4, 6, 8, 1, 3, 5], [(8, 5), (9, 3)])
    monkeypatch.setattr(told, "find_alike", lambda _: near)
    stays = Place(Region(0.6, TOP, ""), 1.0)
    whole, line = reasons_of(photo(), Places([place(0.5, 1.0)], stays)).split("\n    - ")
    assert whole.startswith("Of the 8 test images most like it to the model, 5 are 8.<span")
    assert names_of(whole) == ["this picture", "like it: 8", "like it: 8"]
    assert "all 8 squares most like it" in line
    assert reasons_of(photo(), Places([place(0.49, 1.0)], stays)) == whole
    few = AlikeAsWhole([0, 2, 4, 6, 1, 3, 5, 7], [(8, 4), (9, 4)])
    monkeypatch.setattr(told, "find_alike", lambda _: few)
    assert reasons_of(photo(), Places([place(0.49, 1.0)], stays)) == ""


def test_that_only_its_brightness_matters_goes_unsaid_beside_what_it_looks_like(monkeypatch):
    server = SimpleNamespace(ground=lambda _: np.zeros(3))
    monkeypatch.setattr(ui, "model_server", lambda: server)
    dark = place(traits=Traits(0.0, 0.0, 0.0))
    assert clear_reason(photo(), dark, None).words.endswith("; only that it is bright matters")
    seen = replace(dark, seen=("sky",))
    assert "bright" not in clear_reason(photo(), seen, None).words
    pattern = replace(seen, traits=Traits(1.0, 0.0, 0.0))
    assert clear_reason(photo(), pattern, None).words.endswith(
        "; its pattern matters, not its colours"
    )


def test_of_a_drawing_what_is_alike_is_shown_for_one_place_without_a_reason_alone(monkeypatch):
    usually(monkeypatch)
    falls = Place(Region(2.0, TOP, ""), -1.0)
    said = reasons_of(case(), Places([place()], falls))
    assert said.startswith("no single reason is clear, but all 8 test images most like it there")
    assert said.count("<img") == 4
    both = Places([place(after=1.0), place(0.5, 1.0)], falls)
    said = reasons_of(case(), both)
    assert "all 8 test images most like it there are 8, not 9" in said
    assert "<img" not in said
