"""Train in pictures, as words and HTML: how a model reads, what it answers, what takes shape."""

import re

import numpy as np
import pytest

from dpn.jobs.look import Look
from dpn.models.config import ModelConfig
from dpn.models.presets import preset
from dpn.ui.train.before import how_it_reads
from dpn.ui.train.tiles import picture_of
from dpn.ui.train.watch import answers_html, templates_html

GREY, COLOUR = (1, 28, 28), (3, 32, 32)


@pytest.mark.parametrize(
    ("shape", "model", "level", "words"),
    [
        (
            GREY,
            "dpn",
            "quick",
            "The model reads each picture in 7 bands of 4 rows, top to bottom, with 64 states, and "
            "at each step a state takes the best of 4 decisions.",
        ),
        ((1, 8, 8), "dpn", "quick", "in 8 rows, top to bottom, with 32 states"),
        (COLOUR, "dpn", "best", "in 16 patches of 8×8, line by line, with 128 states"),
        (
            GREY,
            "residual",
            "quick",
            "A small network turns each picture into 4×4 cells, read in 4 rows, top to bottom, "
            "with 64 states, and at each step a state takes the best of 4 decisions.",
        ),
        (
            GREY,
            "mlp",
            "quick",
            "The model takes all 784 numbers of a picture at once, through two layers of 256 "
            "units.",
        ),
    ],
)
def test_a_preset_is_told_in_its_own_numbers(shape, model, level, words):
    config, _ = preset("some", shape, 10, model, level)
    assert words in how_it_reads(config)


@pytest.mark.parametrize(
    ("dials", "words"),
    [
        ({"parts": "columns", "part_size": 5}, "in 6 bands of 5 columns, left to right, with"),
        ({"parts": "columns", "part_size": 1}, "in 28 columns, left to right, with"),
        ({"part_size": 64}, "in 1 band of 28 rows, top to bottom, with"),
        ({"parts": "patches", "part_size": 64}, "in 1 patch of 28×28, line by line, with"),
        ({"states": 1, "decisions": 1}, "with 1 state."),
        ({"operator": "sparse", "decisions": 3}, "at each step a state weighs 3 decisions."),
    ],
)
def test_the_line_follows_the_dials(dials, words):
    assert words in how_it_reads(ModelConfig(**dials))


def look(answers, sure, templates=0, **more):
    labels = np.arange(len(answers))
    images = np.zeros((len(answers), 1, 8, 8), np.uint8)
    shapes = np.zeros((templates, 8, 8), np.float32)
    return Look(5, images, labels, np.array(answers), np.array(sure, np.float32), shapes, **more)


def test_a_right_answer_and_a_wrong_one_differ_in_more_than_colour():
    page = answers_html(look([0, 2, 2], [0.93, 0.41, 0.999]), ("a", "b", "c"))
    assert "2 of 3 right" in page
    figures = re.findall(r'<figure class="(\w+)">.*?width:(\d+)%.*?<b>(.)</b> (\d+)%', page)
    assert figures == [
        ("right", "93", "✓", "93"),
        ("wrong", "41", "✗", "41"),
        ("right", "100", "✓", "99"),
    ]
    assert 'alt="b; the model says c, 41% sure"' in page


def test_while_it_trains_it_is_said_after_which_batch_the_answers_are():
    """Of a training in another process they are seconds behind the curves."""
    of = look([0, 2, 2], [0.93, 0.41, 0.999]), ("a", "b", "c")
    assert "2 of 3 right after batch 5<" in answers_html(*of, goes_on=True)
    assert "after batch" not in answers_html(*of)


def test_before_the_first_look_as_much_room_is_kept():
    empty = answers_html(None, ())
    assert empty.count("<figure") == 12
    assert "<img" not in empty
    assert templates_html(None, None, (), dark=False).count('class="blank"') == 12


@pytest.mark.parametrize(
    ("model", "of", "words"),
    [
        (
            "dpn",
            {"states": (4, 0), "favourites": (1, 0)},
            ["State 5, most for &lt;b&gt;", "State 1, most for a"],
        ),
        ("mlp", {}, ["First layer: 4 of 256 units"]),
        ("residual", {}, ["First layer: 4 of 16 kernels"]),
    ],
)
def test_templates_stand_under_whose_they_are(model, of, words):
    config = ModelConfig(model=model)
    made = [
        templates_html(look([0], [1.0], 4, **of), config, ("a", "<b>"), dark=dark)
        for dark in (False, True)
    ]
    assert made[0] != made[1]
    groups = re.findall(r"<figure .*?</figure>", made[0])
    assert [re.search(r"<figcaption[^>]*>(.*?)<", group)[1] for group in groups] == words
    assert [group.count("<img") for group in groups] == [4 // len(words)] * len(words)


def test_a_name_is_never_markup():
    page = answers_html(look([0], [1.0]), ('<img src=x onerror="boo">',))
    assert "<img src=x" not in page
    assert page.count("<img") == 1


@pytest.mark.parametrize(
    ("shape", "size"), [((28, 28), (56, 56)), ((8, 8), (64, 64)), ((64, 20), (20, 64))]
)
def test_pixels_are_enlarged_by_a_whole_number(shape, size):
    box = picture_of(np.zeros(shape, np.uint8), 60, "")
    assert f'width="{size[0]}" height="{size[1]}"' in box
