"""Figures of an explanation: bars that add up, pictures in place, ways and circles of a trellis."""

import base64
import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from dpn.charts.sum import AGAINST, FOR, NUMBERED, SIDE, sum_chart
from dpn.charts.template import template_chart
from dpn.charts.trellis import trellis_chart
from dpn.explain.account import Term, account
from dpn.explain.exact import explain
from dpn.explain.explanation import part_names
from dpn.explain.trellis import build_trellis
from tests.explain.samples import MODELS, make_images, make_model

TERMS = [
    Term("rows 1-5", 2.0, (0, 5, 0, 9)),
    Term("rows 6-10", -0.5, (5, 10, 0, 9)),
    Term("biases", 0.25),
    Term("read-out", -0.75),
]
IMAGE = make_images(1)[0]  # (3, 10, 9)


def rows(data, kind):
    return data[data["kind"] == kind].reset_index(drop=True)


def read(url):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))))


def at_size(picture, height):
    """The picture before it was enlarged."""
    times = len(picture) // height
    return picture[::times, ::times]


# The sum


def test_each_bar_begins_where_the_one_before_it_ended():
    bars = rows(sum_chart(IMAGE, TERMS, "lead")[0], "bar")
    assert bars["name"].tolist() == ["rows 1-5", "rows 6-10", "biases", "read-out", "lead"]
    assert bars["start"].tolist() == [0, 2, 1.5, 1.75, 0]
    assert bars["end"].tolist() == [2, 1.5, 1.75, 1, 1]
    assert bars["role"].tolist() == ["for", "against", "for", "against", "total"]
    assert bars["number"].tolist() == ["+2.00", "-0.50", "+0.25", "-0.75", "+1.00"]
    assert bars["part"].tolist() == ["rows 1-5", "rows 6-10", "", "", ""]
    assert bars["label"].tolist() == ["", "", "biases", "read-out", "lead"]


def test_the_numbers_of_the_bars_add_up_as_they_are_read():
    terms = [Term(f"row {i + 1}", 0.504, (i, i + 1, 0, 9)) for i in range(10)]
    bars = rows(sum_chart(IMAGE, terms, "lead")[0], "bar")
    assert bars["number"].tolist()[-1] == "+5.04"
    assert sum(map(float, bars["number"][:-1])) == pytest.approx(5.04, abs=1e-9)
    assert bars["adds"].tolist() == bars["number"].tolist()
    assert bars["words"][0] == f"row 1 {bars['number'][0]}"


def test_bars_lie_beside_their_part_of_the_image():
    data, spec = sum_chart(IMAGE, TERMS, "lead")
    bars, parts = rows(data, "bar"), rows(data, "part")
    pixel = SIDE / 10
    for index, (top, bottom) in enumerate([(0, 5), (5, 10)]):
        assert (parts["y0"][index], parts["y1"][index]) == (top * pixel, bottom * pixel)
        assert top * pixel < bars["y0"][index] < bars["y1"][index] < bottom * pixel
    assert (parts["x1"] == 9 * pixel).all()
    assert (np.diff(bars["y"]) > 0).all()
    assert bars["y1"].max() < spec["height"]
    picture = read(rows(data, "image")["url"][0])
    np.testing.assert_array_equal(at_size(picture, 10), IMAGE.transpose(1, 2, 0))


def test_the_part_that_adds_most_is_tinted_most():
    parts = rows(sum_chart(IMAGE, TERMS, "lead")[0], "part")
    assert parts["shade"][0] > parts["shade"][1] > 0
    assert parts["role"].tolist() == ["for", "against"]


@pytest.mark.parametrize("parts", ["columns", "patches"])
def test_parts_that_are_no_bands_have_bars_one_below_the_other(parts):
    model = make_model(parts=parts, part_size=3)
    terms = account(explain(model, make_images(1)), model.config)
    data, _ = sum_chart(IMAGE, terms, "score")
    bars, boxes = rows(data, "bar"), rows(data, "part")
    assert len(boxes) == model.part_count
    assert len(bars) == len(terms) + 1
    assert (np.diff(bars["y"]) > 0).all()
    assert (boxes["x1"] - boxes["x0"]).max() < SIDE * 0.9


def test_too_many_numbers_are_left_to_the_hover():
    terms = [Term(f"row {i + 1}", 1.0, (i, i + 1, 0, 20)) for i in range(NUMBERED + 1)]
    image = np.zeros((1, NUMBERED + 1, 20), np.uint8)
    bars = rows(sum_chart(image, [*terms, Term("biases", 1.0)], "score")[0], "bar")
    assert bars["number"].tolist()[-3:] == ["", "+1.00", f"{NUMBERED + 2:+.2f}"]
    assert set(bars["number"][: NUMBERED + 1]) == {""}


def test_a_sum_of_nothing_is_drawn():
    json.dumps(sum_chart(IMAGE, [Term("rows 1-10", 0.0, (0, 10, 0, 9))], "score")[1])


# The template


@pytest.mark.parametrize("name", MODELS)
def test_two_pictures_and_the_numbers_of_each_pixel(name):
    model = make_model(name)
    found = explain(model, make_images(1))
    template, product = found.composed_template[0], found.pixel_map[0]
    data, _ = template_chart(IMAGE, template, product)
    images, pixels = (rows(data, kind) for kind in ("image", "pixel"))
    assert images["panel"].tolist() == [0, 1]
    speaks, adds = pixels["template"].astype(float), pixels["adds"].astype(float)
    np.testing.assert_allclose(speaks, template.sum(axis=0).ravel(), atol=5e-4 + 1e-9)
    np.testing.assert_allclose(adds, product.sum(axis=0).ravel(), atol=5e-4 + 1e-9)
    assert all(re.fullmatch(r"[+-]\d+\.\d{3}", one) for one in pixels["adds"])
    assert pixels[["row", "column"]].to_numpy().tolist()[9 + 2] == [2, 3]
    assert adds.sum() == pytest.approx(found.pixels[0], abs=5e-4 * len(adds))


@pytest.mark.parametrize("dark", [False, True])
def test_blue_speaks_for_and_orange_against(dark):
    template = np.zeros((1, 8, 8))
    template[0, 0, 0], template[0, 7, 7] = 3.0, -3.0
    image = np.full((1, 8, 8), 255, np.uint8)
    data, _ = template_chart(image, template, template, dark=dark)
    for url in rows(data, "image")["url"]:
        picture = read(url).astype(int)
        assert picture[0, 0, 2] > picture[0, 0, 0] + 50
        assert picture[-1, -1, 0] > picture[-1, -1, 2] + 50
        middle = picture[picture.shape[0] // 2, picture.shape[1] // 2]
        assert np.ptp(middle) < 30
        assert (middle.max() < 60) if dark else (middle.min() > 240)


def test_what_two_classes_usually_have_stands_first():
    values = np.zeros((1, 8, 8))
    usual = np.zeros((8, 8))
    usual[0, 0], usual[7, 7] = 0.5, -0.5
    data, _ = template_chart(values.astype(np.uint8), values, values, "C", ("4 and 9", usual))
    images = rows(data, "image")
    assert images["title"].tolist() == ["4 and 9", "C", "what each pixel adds"]
    picture = read(images["url"][0]).astype(int)
    assert picture[0, 0, 2] > picture[0, 0, 0] + 50
    assert picture[-1, -1, 0] > picture[-1, -1, 2] + 50


# The trellis


def trellis(now, states=4, **settings):
    model = make_model(operator="soft", **settings)
    found = explain(model, make_images(1), contrast="runner_up")
    shown = build_trellis(found, states)
    return shown, *trellis_chart(shown, now, part_names(model.config))


def test_what_comes_after_the_step_is_faint():
    shown, data, _ = trellis(now=1)
    for kind in ("node", "way"):
        marks = rows(data, kind)
        assert (marks["opacity"][marks["step"] <= 1] > 0.5).all()
        assert (marks["opacity"][marks["step"] > 1] < 0.2).all()
    assert rows(data, "now")["step"].tolist() == [1]
    assert len(rows(data, "node")) == 3 * len(shown.states)


def test_a_circle_is_as_large_as_what_it_has_gathered_and_a_way_as_wide_as_its_flow():
    shown, data, _ = trellis(now=2)
    nodes, ways = rows(data, "node"), rows(data, "way")
    gathered = shown.gathered.ravel()
    np.testing.assert_allclose(nodes["carried"], gathered)
    assert nodes["area"].corr(np.abs(nodes["carried"])) == pytest.approx(1)
    assert ways["width"].corr(np.abs(ways["flow"])) == pytest.approx(1)
    assert nodes["role"].tolist() == ["for" if g >= 0 else "against" for g in gathered]
    assert ways["role"].tolist() == ["for" if c >= 0 else "against" for c in ways["carried"]]
    assert (ways["step"] == ways["step0"] + 1).all()
    first = nodes.iloc[0]
    assert first["state"] == str(shown.states[0] + 1)
    assert first["decision"] == str(shown.decisions[0, 0] + 1)
    assert first["part"] == "rows 1-4"


def test_a_long_trellis_leaves_its_numbers_to_the_hover():
    _, data, _ = trellis(now=0, parts="patches", part_size=2)  # 25 steps
    assert set(rows(data, "node")["text"]) == {""}
    assert len(rows(data, "step")) <= NUMBERED


def test_one_colour_has_one_meaning_in_all_of_them():
    specs = [sum_chart(IMAGE, TERMS, "lead")[1], trellis(0)[2]]
    for spec in specs:
        text = json.dumps(spec)
        assert f'"{FOR}", "{AGAINST}"' in text


def test_only_what_has_words_of_its_own_is_read_out():
    values = np.ones((3, 10, 9))
    specs = [
        sum_chart(IMAGE, TERMS, "lead")[1],
        trellis(0)[2],
        template_chart(IMAGE, values, values)[1],
    ]
    for layer in (layer for spec in specs for layer in spec["layer"]):
        assert layer["mark"].get("aria") is False or "description" in layer["encoding"], layer


@pytest.mark.parametrize("dark", [False, True])
def test_words_are_readable_on_the_page_and_no_chart_has_a_ground_of_its_own(dark):
    colour = "#e8edf2" if dark else "#17202a"
    values = np.ones((3, 10, 9))
    model = make_model()
    shown = build_trellis(explain(model, make_images(1)), 3)
    for _, spec in (
        sum_chart(IMAGE, TERMS, "lead", dark=dark),
        template_chart(IMAGE, values, values, dark=dark),
        trellis_chart(shown, 0, part_names(model.config), dark=dark),
    ):
        assert colour in json.dumps(spec)
        assert "background" not in spec
