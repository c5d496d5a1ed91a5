"""How things are said: names as they are, durations, states, and how sure."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dpn import ui
from dpn.data.catalogue import list_datasets
from dpn.jobs.job import LIVE, JobView
from dpn.runs.run import ACTIVE, OVER
from dpn.ui import answers
from dpn.ui.train import settings as train_settings
from dpn.ui.words import COUNTS, how_many, passes
from tests.helpers import write_npz

MARKUP = r"\`*_{}[]()<>#+-.!|$~:^&"


@given(some.text(alphabet=some.one_of(some.sampled_from(MARKUP), some.characters())))
def test_no_character_of_plain_text_is_markup(text):
    shown, escaped = ui.plain(text), re.compile(rf"\\([{re.escape(MARKUP)}])")
    said = escaped.sub(r"\1", shown).replace("\u2060", "")  # which has no width
    assert "".join(said.split()) == "".join(text.replace("\u2060", "").split())
    assert not set(escaped.sub("", shown)) & set(MARKUP)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cat", "cat"),
        ("<b>x</b>", r"\<b\>x\</b\>"),
        ("[x](y)", r"\[x\]\(y\)"),
        ("$a$", r"\$a\$"),
        (":red[x]", r"\:red\[x\]"),
        (r"\*", r"\\\*"),
        ("1. #a", r"1\. \#a"),
        ("été 数", "été 数"),
        ("a\n===", "a ==="),
        ("a\r\n\n    b", "a b"),
        ("www.x.y", "www\u2060\\.x\\.y"),
        ("https://x", "https\\:\u2060//x"),
        ("a@b.c", "a@\u2060b\\.c"),
        (":material/home:", "\\:\u2060material/home\\:"),
        ("->", "\\-\u2060\\>"),
    ],
)
def test_plain_escapes_what_markdown_would_read(text, shown):
    assert ui.plain(text) == shown


def test_short_trainings_are_told_apart():
    short = {0.0: "0.01 s", 0.04: "0.04 s", 0.099: "0.1 s", 1.44: "1.4 s", 9.94: "9.9 s"}
    assert {seconds: ui.took(seconds) for seconds in short} == short
    assert [ui.took(seconds) for seconds in (9.96, 200)] == ["10 s", "3 min 20 s"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (0, "0 s"),
        (8.4, "8 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (200, "3 min 20 s"),
        (3599.4, "59 min 59 s"),
        (3599.6, "1 h 0 min"),
        (7_530, "2 h 5 min"),
        (90_000, "25 h 0 min"),
    ],
)
def test_a_duration_is_said_as_people_say_it(seconds, words):
    assert ui.duration(seconds) == words


@pytest.mark.parametrize(
    ("epochs", "words"),
    [
        (0.001, "1% of the images, each once"),
        (0.45, "45% of the images, each once"),
        (1, "each image once"),
        (3.25, "each image 3 or 4 times"),
        (30.0, "each image 30 times"),
    ],
)
def test_epochs_are_said_in_images(epochs, words):
    assert passes(epochs) == words


def test_one_of_a_thing_is_told_as_one():
    for thing in COUNTS:
        one, some_of_it = how_many(1, thing), how_many(1_234, thing)
        assert (one, some_of_it[:6]) == (f"1 {thing}", "1,234 ")
        assert some_of_it.endswith("s")


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "less than 0.1%"),
        (0.0009, "less than 0.1%"),
        (0.0011, "0.1%"),
        (0.5, "50.0%"),
        (0.9989, "99.9%"),
        (0.99999, "more than 99.9%"),
        (1.0, "more than 99.9%"),
    ],
)
def test_a_model_is_never_said_to_be_certain(probability, words):
    assert answers.percent(probability) == words


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (JobView("a"), "loading the data"),
        (JobView("a", "queued", total_steps=10), "waiting for its turn"),
        (JobView("a", "queued", place=1, wait=0.2), "waiting for its turn, number 1 in line"),
        (JobView("a", "running", total_steps=10), "training, 0%"),
        (JobView("a", "running", step=4, total_steps=10, seconds=60), "training, 40%, 1 min 30 s"),
        (JobView("a", "running", step=10, total_steps=10, seconds=60), "being tested"),
        (JobView("a", "paused", step=4, total_steps=10, seconds=60), "paused, 40%"),
        (JobView("a", "finished", step=10, total_steps=10, seconds=60), "finished"),
        (JobView("a", "failed", "why", step=4, total_steps=10), "stopped by a problem"),
    ],
)
def test_a_training_is_described_in_a_few_words(view, words):
    assert ui.describe(view) == words + (" left" if "min" in words else "")


def test_every_state_has_words():
    assert {*LIVE, *ACTIVE, *OVER, "interrupted"} <= set(ui.STATE_WORDS)
    assert all(ui.STATE_WORDS.values())


def test_a_set_to_download_says_how_large_it_is(tmp_path):
    write_npz(tmp_path)
    words = {info.name: train_settings._dataset_words(info) for info in list_datasets(tmp_path)}
    assert words["digits"] == "Digits 8×8"
    assert re.fullmatch(r"MNIST \(download, \d+ MB\)", words["mnist"])
    assert words["small"] == "small"
