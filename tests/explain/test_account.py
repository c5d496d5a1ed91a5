"""The account as terms: they add up, each belongs to its part, and one part decides."""

import numpy as np
import pytest

from dpn.explain.account import BANDS, Term, account, adding_up, deciding, signed
from dpn.explain.exact import explain
from dpn.explain.explanation import part_boxes, part_names
from dpn.recursion.parts import cut
from tests.explain.samples import MODELS, make_images, make_model


@pytest.mark.parametrize("operator", ["hard", "soft", "sparse"])
@pytest.mark.parametrize("name", MODELS)
def test_the_terms_add_up_to_the_score_of_each_image(name, operator):
    model = make_model(name, operator=operator)
    found = explain(model, make_images(3), contrast="runner_up")
    for index in range(3):
        terms = account(found, model.config, index)
        assert sum(term.value for term in terms) == pytest.approx(found.score[index], abs=1e-9)


def test_each_part_has_its_value_name_and_box():
    model = make_model(operator="soft")  # 10 rows in bands of 4
    found = explain(model, make_images(2))
    terms = account(found, model.config, 1)
    assert [term.name for term in terms[:3]] == ["rows 1-4", "rows 5-8", "rows 9-10"]
    assert [term.box for term in terms[:3]] == [(0, 4, 0, 9), (4, 8, 0, 9), (8, 10, 0, 9)]
    np.testing.assert_allclose([term.value for term in terms[:3]], found.contributions[1])
    others = {term.name: term.value for term in terms[3:]}
    assert others == {
        "decision biases": pytest.approx(found.bias[1].sum()),
        "smoothing": pytest.approx(found.smoothing[1].sum()),
        "read-out": pytest.approx(found.readout[1]),
    }
    assert all(term.box is None for term in terms[3:])


def test_without_smoothing_there_is_no_such_term():
    model = make_model(operator="hard")
    names = [term.name for term in account(explain(model, make_images(1)), model.config)]
    assert names[-2:] == ["decision biases", "read-out"]


def test_an_mlp_is_accounted_for_by_bands_of_its_pixels():
    model = make_model("mlp")
    found = explain(model, make_images(1))
    parts = [term for term in account(found, model.config) if term.box]
    assert [term.box[:2] for term in parts] == [(0, 2), (2, 4), (4, 6), (6, 8), (8, 10)]
    assert len(parts) <= BANDS
    assert "layer biases" in [term.name for term in account(found, model.config)]
    for term in parts:
        top, bottom, left, right = term.box
        expected = found.pixel_map[0, :, top:bottom, left:right].sum()
        assert term.value == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("size", [1, 3, 4, 64])
@pytest.mark.parametrize("parts", ["rows", "columns", "patches"])
def test_boxes_are_the_pixels_that_are_cut_out(parts, size):
    import torch

    model = make_model(parts=parts, part_size=size)
    boxes = part_boxes(model.config)
    assert len(boxes) == len(part_names(model.config)) == model.part_count
    numbered = torch.arange(1.0, 91).reshape(1, 1, 10, 9)
    for box, part in zip(boxes, cut(numbered, parts, model.part_size)[0], strict=True):
        top, bottom, left, right = box
        inside = numbered[0, 0, top:bottom, left:right].flatten()
        assert set(inside.tolist()) == set(part[part > 0].tolist())


@pytest.mark.parametrize("encoder", ["strided", "pooled"])
@pytest.mark.parametrize("parts", ["rows", "columns", "patches"])
def test_the_boxes_of_an_encoders_map_cover_the_image_once(parts, encoder):
    model = make_model("residual", parts=parts, part_size=1, encoder=encoder)
    assert len(part_boxes(model.config)) == model.part_count
    covered = np.zeros((10, 9))
    for top, bottom, left, right in part_boxes(model.config):
        assert top < bottom
        assert left < right
        covered[top:bottom, left:right] += 1
    np.testing.assert_array_equal(covered, 1)


def test_the_deciding_terms_are_parts():
    terms = [Term("a", 1.0, (0, 1, 0, 1)), Term("b", -2.0, (1, 2, 0, 1)), Term("biases", 9.0)]
    best, worst = deciding([*terms, Term("read-out", -9.0)])
    assert (best.name, worst.name) == ("a", "b")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.234, "+1.23"),
        (-0.004, "0.00"),
        (-1234.5, "-1,234.50"),
        (-498_747.12, "-498,747"),
    ],
)
def test_numbers_are_told_with_as_many_digits_as_say_something(value, text):
    assert signed(value) == text


def test_numbers_as_they_are_read_add_up():
    values = [0.004, 0.004, 0.004, 1.006, -2.0]
    assert [round(one, 2) for one in values] == [0.0, 0.0, 0.0, 1.01, -2.0]  # -0.99, and not -0.98
    assert adding_up(values) == [0.01, 0.0, 0.0, 1.01, -2.0]
    assert adding_up(values, 4) == [0.0, 0.0, 0.0, 1.01, -1.99]
    assert adding_up([0.006, 0.006, 0.006]) == [0.0, 0.01, 0.01]
    assert adding_up([1.25, 0.5]) == [1.25, 0.5]
    assert adding_up([]) == []
    assert adding_up([0.00004, 0.00004, 1.0], digits=4) == [0.0001, 0.0, 1.0]
    rng = np.random.default_rng(0)
    for _ in range(50):
        values = rng.normal(0, 3, 9)
        shown = adding_up(values.tolist())
        assert sum(shown) == pytest.approx(round(values.sum(), 2), abs=1e-9)
        assert np.abs(values - shown).max() < 0.01
