"""The names of an address: each reads what it writes, and what it cannot read it names."""

import pytest

from dpn.address import panel
from dpn.address.drawing import Stroke
from dpn.address.kinds import LONGEST_ID
from dpn.address.table import MOST_NAMES, PAGES, read_query
from dpn.language import number_text
from dpn.models.config import ModelConfig
from dpn.models.presets import with_settings
from dpn.models.train_config import TrainConfig

#: Of each name values that it takes, on whichever page.
GOOD = {
    "kind": ["obstacles", "caves"],
    "size": [8, 64],
    "run": ["20260101-1", "é x", "a" * LONGEST_ID],
    "lang": ["en", "zh"],
    "data": ["digits", "my pets"],
    "preset": ["quick", "best"],
    "moment": [0, 40],
    "what": ["digit", "number"],
    "world": ["text", "list"],
    "items": [[0], [3, 17, 3]],
    "way": ["draw", "upload", "camera"],
    "source": ["draw", "example", "file"],
    "part": ["test", "training"],
    "example": [1, 41],
    "image": [0, 41],
    "drawing": [[Stroke(18, ((1, 2), (30, 40)))]],
    "among": [0, 9],
    "mistakes": [True],
    "class": [0, 4],
    "contrast": ["none", 0, 9],
    "deeper": ["steps", "what_if", "time", "lesson"],
    "step": [1, 7],
    "truth": [0, 3],
    "answer": [0, 3],
    "change": ["fog", "pgd_l2"],
    "strength": [0, 5],
    "turn": [0, 358],
    "norm": ["linf", "l2"],
    "curve": ["accuracy", "loss"],
    "over": ["batches", "seconds"],
    "pair": ["AB", "EF"],
    "parted": ["first", "none"],
    "samples": [0, 12],
    "text": ["Will it rain?", "明天会下雨吗", "👩\u200d🚀\u3000می\u200cخواهم\xa0!"],
    "runs": [["one"], ["one", "two"]],
    "sweep": ["20260101-1"],
    "picture": ["test", "drawing"],
    "vary": [{"states": [16, 32]}, {"learning_rate": [0.001, 0.1], "operator": ["hard", "soft"]}],
    "seeds": [1, 5],
    "track": ["tensorboard", "wandb,mlflow"],
}
GOOD |= {name: list(limits) for name, limits in panel.WHOLE.items()}
GOOD |= {name: [*limits, 0.3] for name, limits in panel.NUMBERS.items()}
GOOD |= {name: list(names) for name, names in panel.CHOICES.items()}
GOOD |= {name: [True, False] for name in panel.SWITCHES}
BAD = [
    *("", " ", "nan", "inf", "1e999", "-1", "1_0", "١", "0x1", "TRUE", "None", "9" * 40),
    *("states:1,2;epochs:1,2;decisions:1,2", "states:1", "states:1,1", "states:1,nan", "x:1,2"),
    *("learning_rate:1,1e999", "operator:hard,harder", "states:1,2;states:3,4", ":", ";;"),
    *("<script>alert(1)</script>", "a\nb", "\u202e", "x" * 5_000, "../../etc", "1;2", "None,"),
]
ALL = [(page, name) for page, names in PAGES.items() for name in names]


def good(page, name):
    if name == "model":
        return ["dpn", "mlp"] if page == "Train" else GOOD["run"]
    if name == "temperature" and page == "Inside":
        return [0.01, 0.3, 10.0]
    return GOOD[name]


@pytest.mark.parametrize(("page", "name"), ALL)
def test_a_name_reads_what_it_writes(page, name):
    for value in good(page, name):
        text = PAGES[page][name].write(value)
        values, problems = read_query(page, {name: text})
        assert values == {name: value}
        assert type(values[name]) is type(value)
        assert not problems


@pytest.mark.parametrize(("page", "name"), ALL)
def test_what_a_name_cannot_read_is_named_in_a_sentence_and_left_out(page, name):
    refused = 0
    for text in BAD:
        values, problems = read_query(page, {name: text, "run": "there"})
        if name in values and name != "run":
            continue
        if name == "run":
            values, problems = read_query(page, {name: text})
            if values:
                continue
        else:
            assert values == {"run": "there"}  # the rest is untouched
        (sentence,) = problems
        assert sentence.startswith(f"{name}=")
        assert f": {name} takes " in sentence
        assert len(sentence) < 400
        assert sentence.isprintable()
        refused += 1
    assert refused >= 3


def test_every_setting_of_the_panel_is_one_of_the_command_line():
    model, training = ModelConfig(), TrainConfig()
    for name in panel.SETTINGS:
        for value in GOOD[name]:
            with_settings(model, training, {name: value})
    for kind in ("dpn", "residual", "mlp"):
        assert {*panel.on_panel(kind)} < {*panel.SETTINGS}
    assert {*panel.SETTINGS} == {
        *(*panel.WHOLE, *panel.NUMBERS, *panel.CHOICES, *panel.SWITCHES, panel.TRACK)
    }


def test_what_changes_images_is_known_to_the_address_as_it_is_to_the_lab():
    from dpn.robustness.attacks import NORMS
    from dpn.robustness.changes import STRENGTHS

    names = PAGES["Evaluate"]
    assert [names["strength"].read(str(n)) for n in range(STRENGTHS + 1)][-1] == STRENGTHS
    with pytest.raises(ValueError, match="6"):
        names["strength"].read(str(STRENGTHS + 1))
    assert [names["norm"].read(norm) for norm in NORMS] == list(NORMS)


def test_an_unknown_name_is_named_with_the_nearest_one():
    values, problems = read_query("Train", {"epoch": "3", "states": "8", "": "x", "<b>": "1"})
    assert values == {"states": 8}
    assert problems[0] == "Train knows no epoch in its address; did you mean 'epochs'? (epoch=3)."
    assert "knows no empty name" in problems[1]
    assert len(problems) == 3


def test_an_address_of_a_thousand_names_is_not_read_to_its_end():
    _, problems = read_query("Data", {f"x{i}": "1" for i in range(1_000)})
    assert len(problems) == MOST_NAMES + 1
    assert "only 100 are read" in problems[-1]


def test_numbers_are_as_short_as_they_can_be():
    assert [number_text(value) for value in (3.0, 0.008, 1e-6, 1 / 3)] == [
        *("3", "0.008", "1e-06", "0.3333333333333333")
    ]
