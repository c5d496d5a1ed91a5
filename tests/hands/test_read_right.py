"""How people in other countries write, on the canvas, read right by the models that are shipped."""

import numpy as np
import pytest
import torch

from dpn.doubt.kept import read_doubt
from dpn.doubt.known import NONE_BELOW
from dpn.evaluation.evaluate import ask_whole, predict_logits
from dpn.hands.rules import RULES
from dpn.hands.strokes import as_input, draw, smooth, varied
from dpn.runs.run import SHIPPED, Run
from tests.hands.ways import WAYS


@pytest.mark.parametrize("name", ["shipped-mnist-dpn", "shipped-mnist-residual"])
def test_every_way_is_read_right_with_a_thin_and_a_thick_pen(name):
    model = Run(SHIPPED / name).load_model()
    ways, images = [], []
    for way, (digit, strokes) in WAYS.items():
        for pen in (0.05, 0.09, 0.14):
            for curved in (False, True):
                drawn = [np.array(stroke, float) for stroke in strokes]
                bends = curved and digit in (0, 2, 9)
                drawn = [smooth(stroke) for stroke in drawn] if bends else drawn
                images.append(as_input(draw(drawn, pen, 280)))
                ways.append((way, pen, digit))
    answers = predict_logits(model, torch.from_numpy(np.stack(images))).argmax(dim=1).tolist()
    wrong = [(*way, answer) for way, answer in zip(ways, answers, strict=True) if answer != way[2]]
    assert not wrong


@pytest.mark.parametrize("name", ["shipped-mnist-dpn", "shipped-mnist-residual"])
def test_what_is_drawn_by_rule_is_read_right(name):
    model = Run(SHIPPED / name).load_model()
    rng = np.random.default_rng(2026)  # another than the training's
    for rule, digit in RULES.items():
        images = [as_input(draw(varied(rule(rng), rng), 0.09)) for _ in range(60)]
        answers = predict_logits(model, torch.from_numpy(np.stack(images))).argmax(dim=1)
        assert float((answers == digit).float().mean()) >= 0.95, rule.__name__


@pytest.mark.parametrize("name", ["shipped-mnist-dpn", "shipped-mnist-residual"])
def test_what_leans_half_over_is_mostly_read_and_is_not_called_no_digit(name):
    run = Run(SHIPPED / name)
    model, doubt = run.load_model(), read_doubt(run)
    rng = np.random.default_rng(5)
    lean = np.array([[1, 0], [1, 1]])  # the top 45 degrees to the left
    digits = np.repeat(list(RULES.values()), 20)
    images = np.stack(
        [
            as_input(draw([stroke @ lean for stroke in rule(rng)], 0.09))
            for rule in RULES
            for _ in range(20)
        ]
    )
    values, logits = ask_whole(model, torch.from_numpy(images))
    assert (logits.argmax(dim=1).numpy() == digits).mean() > 0.9
    known = doubt.known(values.numpy(), logits.numpy(), images)
    assert (known < NONE_BELOW).mean() < 0.3
