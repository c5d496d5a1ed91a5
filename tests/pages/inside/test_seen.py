"""Inside: what is seen in the squares of a photo, and for which class that is usual."""

import re

import numpy as np
import pytest

from dpn import ui
from dpn.explain.photos.kept import save_probes
from dpn.explain.photos.seen import WORDS, Probes
from dpn.runs.run import SEEN
from dpn.runs.snapshots import list_snapshots
from tests.pages.inside.seen import INSIDE, bullets, explained, in_short
from tests.pages.session import Session, finished_run, write_own

NAMES = list(WORDS)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A run that knows photos of three classes, and where its data are."""
    folder = tmp_path_factory.mktemp("own")
    images = np.random.default_rng(0).integers(0, 255, (60, 16, 16, 3)).astype(np.uint8)
    images[..., 0] //= 3
    return folder, images


@pytest.fixture
def run(data, runs, own):
    write_own(data, "photos", own[1], np.arange(60) % 3, ("a", "b", "c"))
    return finished_run(data, runs, name="photos", model="residual", steps=20)


def name_all(run, *likely, channels=None, **often):
    """Let a run see these words in every square; ``often`` has a share a class of each."""
    images = ui.test_images(run)[0][:1]
    feature_map = ui.model_server().between("feature_map", run, images)
    channels, words = channels or feature_map.shape[1], len(NAMES)
    shares = np.zeros((3, words))
    for word, each in often.items():
        shares[:, NAMES.index(word)] = each
    bias = np.array([3.0 - likely.index(name) if name in likely else -9.0 for name in NAMES])
    zero = np.zeros((words, channels))
    probes = Probes(np.zeros(channels), np.ones(channels), zero, bias, shares)
    save_probes(run, probes)


def shown(run):
    """Inside of a photo whose lead is of one place at least, and both its classes."""
    session, found = Session(INSIDE, run=run.id, image="1"), explained(run, 1)
    one, other = (int(of[0]) for of in (found.target, found.contrast))
    return session, one, other


def by_class(one, other, shares):
    """A share for each of three classes: of these two the given ones."""
    each = np.zeros(3)
    each[[one, other]] = shares
    return each


def test_a_square_is_called_by_what_is_seen_in_it_and_the_caption_says_it_is_a_guess(run):
    plain, one, other = shown(run)
    assert all("**the square at the " in line for line in bullets(plain))
    assert not any("is a guess" in text for text in plain.texts)
    name_all(run, "wheel", "sky", wheel=by_class(one, other, (0.5, 0.2)))
    session, *_ = shown(run)
    lines = bullets(session)
    assert all(re.search(r"\*\*a wheel and sky in the square at the ", line) for line in lines)
    first = in_short(session)
    assert "**a wheel and sky in the square at the " in next(iter(first.values()))
    assert any("What a square shows is a guess" in text for text in session.texts)


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ((0.5, 0.25), "{one} is often recognised by a wheel (50%), {other} seldom (25%)"),
        ((0.5, 0.26), None),
        ((0.2, 0.9), None),
        ((0.09, 0.0), ""),
        ((0.05, 0.5), ""),
    ],
)
def test_for_which_class_it_is_usual(run, shares, words):
    """None stands for what is usual for both classes, "" for what is for neither or the other."""
    _, one, other = shown(run)
    name_all(run, "wheel", wheel=by_class(one, other, shares))
    session, *_ = shown(run)
    names = {"one": "abc"[one], "other": "abc"[other]}
    lines = [line for line in bullets(session) if line.startswith(f"For **{names['one']}**")]
    assert lines
    both = "both {one} and {other} are often recognised by a wheel; no clear reason, only "
    more = "; a wheel, more like {one}'s than {other}'s ({count} of the 8 squares most like it are"
    for line in lines:
        if words:
            assert words.format(**names) in line
            assert "no clear reason" not in line
        elif words is None:
            count = int(re.search("([0-9]) of the 8", line)[1])
            said = more if count > 4 else both
            assert said.format(**names, count=count) in line
        else:
            assert "recognised" not in line
            assert "more like" not in line


def test_of_a_word_that_names_a_class_only_the_other_one_is_told(run):
    _, one, other = shown(run)
    name_all(run, "ship", ship=by_class(one, other, (0.6, 0.02)))
    session, *_ = shown(run)
    line = next(line for line in bullets(session) if line.startswith(f"For **{'abc'[one]}**"))
    assert f"; {'abc'[other]} is seldom recognised by part of a ship (2%)" in line


@pytest.mark.parametrize("broken", ["file", "channels"])
def test_without_probes_that_fit_the_squares_have_no_names(run, broken):
    name_all(run, "wheel", channels=3)
    if broken == "file":
        (run.path / SEEN).write_bytes(b"nothing")
    session, *_ = shown(run)
    assert all("**the square at the " in line for line in bullets(session))


def test_a_model_on_its_way_is_told_nothing_by_probes_of_the_last_one(run):
    name_all(run, "wheel")
    now, *_ = shown(run)
    assert all("a wheel in the square" in line for line in bullets(now))
    then = now.set("button_group", "deeper", "time")
    (slider,) = (s for s in then.at.select_slider if "Moment" in s.label)
    then.set("select_slider", slider.key, list_snapshots(run.path)[0])
    assert not any("wheel" in text for text in then.texts)
