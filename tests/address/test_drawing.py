"""A drawing as text: short, the same picture again, and nothing else is taken for one."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some

from dpn.address.drawing import LONGEST, Stroke, decode, encode, shorten, simplify
from dpn.address.picture import EACH, objects, pictures
from dpn.evaluation.evaluate import predict_logits
from dpn.pictures.decode import decode as read_picture
from dpn.pictures.files import input_spec
from dpn.pictures.prepare import prepare
from dpn.runs.run import SHIPPED, Run
from tests.address.drawn import drawn, fabric
from tests.helpers import threads_of_torch

INK, PAPER, SIZE = "#111111", "#ffffff", (280, 280)
point = some.tuples(*[some.integers(-6_400, 22_400).map(lambda step: step / 16)] * 2)
strokes = some.lists(
    some.builds(Stroke, some.integers(1, 255), some.lists(point, min_size=1).map(tuple)),
    min_size=1,
    max_size=6,
)


@given(strokes)
@settings(max_examples=100, deadline=None, database=None)
def test_strokes_come_back_as_they_were(drawing):
    assert decode(encode(drawing)) == drawing


@given(
    strokes.filter(
        lambda all_: all(p != q for s in all_ for p, q in zip(s.points, s.points[1:], strict=False))
    )
)
@settings(max_examples=50, deadline=None, database=None)
def test_what_came_from_an_address_is_written_as_it_was(drawing):
    """It does not lose a little each time that somebody passes it on."""
    sent = json.loads(json.dumps(objects(drawing, INK)))  # as the browser sends it back
    few = [stroke for stroke in drawing if len(stroke.points) > 1]
    if len(few) == len(drawing):
        assert shorten(sent) == encode(drawing)


def test_a_dot_is_still_a_dot():
    (dot,) = objects([Stroke(18, ((30, 40),))], INK)
    assert decode(shorten([dot])) == [Stroke(18, ((30, 40),))]
    picture = read_picture(pictures([Stroke(18, ((30, 40),))], SIZE, INK, PAPER)[-1], "dot")
    rows, columns = np.nonzero(picture[..., 0] < 128)
    assert abs(rows.mean() - 39.5) < 1
    assert abs(columns.mean() - 29.5) < 1
    assert 16 <= np.ptp(rows) <= 18


def test_fifty_drawings_are_answered_as_they_were():
    run = Run(SHIPPED / "shipped-mnist-dpn")
    spec, lengths, inputs = input_spec(run.config()), [], []
    for seed in range(50):
        sent, looks = drawn(seed % 10, seed)
        text = shorten(sent)
        lengths.append(len(text))
        again = pictures(decode(text), SIZE, INK, PAPER)[-1]
        for picture in (looks, again):
            pixels = read_picture(picture, "a drawing")
            inputs.append(prepare(pixels, spec, "drawing", dark_on_light=True).input)
    with threads_of_torch(1):
        logits = predict_logits(run.load_model(), torch.from_numpy(np.stack(inputs)))
    p = torch.softmax(logits, 1).numpy()
    before, after = p[::2], p[1::2]
    assert len(set(before.argmax(axis=1))) >= 8  # they are varied
    assert (before.argmax(axis=1) == after.argmax(axis=1)).all()
    assert np.abs(before - after).max() < 0.02
    assert max(lengths) < 500


def test_a_long_scribble_is_made_short_and_one_that_cannot_be_is_left_out():
    rng = np.random.default_rng(0)

    def scribble(turns):
        return [{"strokeWidth": 18, "path": fabric(rng.uniform(0, 280, (turns, 2)))}]

    assert len(shorten(scribble(300))) <= LONGEST
    assert shorten(scribble(2_000)) is None
    assert shorten(scribble(200_000)) is None  # at once
    wavy = np.stack([np.linspace(0, 280, 3_000), 140 + 0.8 * np.sin(np.arange(3_000))], axis=1)
    assert len(shorten([{"strokeWidth": 18, "path": fabric(wavy)}])) <= LONGEST


def test_no_point_that_is_left_out_was_far_from_the_line():
    line = np.cumsum(np.random.default_rng(1).normal(0, 3, (200, 2)), axis=0)
    kept = simplify(line, 2.0)
    assert 2 < len(kept) < 200
    for at in line:
        along = np.diff(kept, axis=0)
        share = np.clip(((at - kept[:-1]) * along).sum(1) / (along**2).sum(1), 0, 1)
        assert np.hypot(*(at - kept[:-1] - share[:, None] * along).T).min() <= 2.0
    there_and_back = np.array([(0, 0), (50, 0), (0, 0.0)])
    assert len(simplify(there_and_back, 0.5)) == 3


@pytest.mark.parametrize(
    "text",
    ["", "A", "AQ", "====", "AQ=", "Ag", "AQEBAAA?", "é", "AQD_", "AQ" + "_" * 40, "A" * 2_001],
)
def test_what_is_no_drawing_is_refused(text):
    with pytest.raises(ValueError, match=r"not|cut|large|few"):
        decode(text)


@pytest.mark.parametrize(
    "sent",
    [
        [{}],
        [{"path": None, "strokeWidth": 1}],
        [{"path": [["Z"]], "strokeWidth": 1}],
        [{"path": [["M", "a", 1]], "strokeWidth": 1}],
        [{"path": [["M", float("nan"), 1]], "strokeWidth": 1}],
        [{"path": [["M", 1, 1]], "strokeWidth": float("inf")}],
        [{"path": [["Q", 1]], "strokeWidth": 1}],
        [{"path": [], "strokeWidth": 1}],
        [{"path": [1], "strokeWidth": 1}],
    ],
)
def test_what_is_no_path_of_a_canvas_is_left_out(sent):
    assert shorten(sent) is None


def test_there_is_a_picture_after_each_of_the_last_strokes_only():
    many = [Stroke(5, ((i, i), (i + 5, i))) for i in range(EACH + 3)]
    found = pictures(many, SIZE, INK, PAPER)
    assert [picture is None for picture in found] == [True] * 3 + [False] * EACH
    ink = [(read_picture(p, "x")[..., 0] < 128).sum() for p in found if p]
    assert ink == sorted(ink)
    assert ink[0] < ink[-1]
