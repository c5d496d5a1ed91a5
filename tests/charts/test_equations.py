"""One step in its numbers: those of the arrays, and equations that hold."""

import re

import numpy as np
import pytest

from dpn.charts.equations import SHOWN, _number, decision_formulas, value_formula
from dpn.explain.exact import explain
from tests.explain.samples import make_images, make_model

NUMBER = r"([+-]? ?[\d.]+)"


def explained(operator="hard", **settings):
    model = make_model(operator=operator, **settings)
    return explain(model, make_images(2)), model.config


def numbers(text):
    return [float(number.replace(" ", "")) for number in re.findall(NUMBER, text)]


@pytest.mark.parametrize("operator", ["hard", "soft", "sparse"])
def test_each_decision_earns_and_brings_along_what_it_is_worth(operator):
    found, _ = explained(operator)
    for t, s in ((0, 0), (2, 4)):
        lines = decision_formulas(found, t, s, index=1).split(r"\\")
        assert len(lines) == 3
        for a, line in enumerate(lines):
            name, rest = line.split("&=", 1)
            assert f"q_{{{t + 1}}}[{a + 1},{s + 1}]" in name
            rest = re.sub(
                r"\\underbrace|\\text\{[a-z ]+\}|\\boldsymbol|\\textcolor\{#\w+\}|[{}_]", "", rest
            )
            earned, before, worth, share = numbers(rest.replace("&&", " "))
            assert earned == pytest.approx(found.rewards[1, t, a, s], abs=6e-3)
            assert worth == pytest.approx(found.q[1, t, a, s], abs=6e-3)
            assert earned + before == pytest.approx(worth, abs=2e-2)
            assert share == pytest.approx(found.policy[1, t, a, s], abs=6e-3)
    if operator == "hard":
        a = int(found.policy[1, 0, :, 0].argmax())
        lines = decision_formulas(found, 0, 0, index=1).split(r"\\")
        assert [r"\boldsymbol" in line for line in lines] == [i == a for i in range(3)]


def test_the_hard_value_is_the_largest():
    found, config = explained("hard")
    text = value_formula(found, 1, 2, "hard", config.temperature)
    inner = re.search(r"\\max\((.*?)\)", text)[1]
    assert max(numbers(inner)) == numbers(text)[-1]
    assert numbers(text)[-1] == pytest.approx(found.values[0, 1, 2], abs=6e-3)


def test_the_soft_value_is_the_logarithm_of_the_sum():
    found, config = explained("soft")
    text = value_formula(found, 1, 2, "soft", config.temperature)
    exponents = [float(x) for x in re.findall(r"e\^\{(-?[\d.]+)/0.4\}", text)]
    assert len(exponents) == 3
    by_hand = 0.4 * np.log(np.exp(np.array(exponents) / 0.4).sum())
    assert numbers(text)[-1] == pytest.approx(by_hand, abs=2e-2)
    assert numbers(text)[-1] == pytest.approx(found.values[0, 1, 2], abs=6e-3)
    plain = value_formula(found, 1, 2, "soft", 1.0)
    assert "/" not in plain


def test_the_sparse_value_is_the_mean_less_the_penalty():
    found, config = explained("sparse")
    text = value_formula(found, 1, 2, "sparse", config.temperature)
    mean, square, value = (numbers(text)[i] for i in (-5, -2, -1))
    assert value == pytest.approx(found.values[0, 1, 2], abs=6e-3)
    assert mean - 0.4 / 2 * square == pytest.approx(value, abs=2e-2)


def test_of_many_decisions_the_best_are_shown():
    found, config = explained(decisions=9)
    text = decision_formulas(found, 0, 1)
    shown = {int(a) - 1 for a in re.findall(r"q_\{1\}\[(\d+),2\]", text)}
    assert shown == set(np.argsort(-found.q[0, 0, :, 1])[:SHOWN])
    assert "\\text{3 more}" in text
    assert r"\dots" in value_formula(found, 0, 1, "hard", config.temperature)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((1.234, "1.23"), (-0.05, "-0.05"), (0.0123, "0.0123"), (0.0, "0.00"), (-1e-9, "0.00")),
        *((12345.6, r"1.23\cdot10^{4}"), (0.00123, "0.00123"), (-2e-7, "0.00")),
    ],
)
def test_a_number_for_people(value, text):
    assert _number(value) == text
    assert _number(abs(value), signed=True).startswith("+ ")
