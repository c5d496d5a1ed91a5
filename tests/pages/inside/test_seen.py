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
    feature_map = ui.model_server().between(run, images)[0]
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


def test_what_a_square_looks_like_is_told_with_its_reason_and_how_often_that_is_right(run):
    plain, one, other = shown(run)
    assert not any("looks" in text for text in plain.texts)
    name_all(run, "wheel", "sky", wheel=by_class(one, other, (0.5, 0.0)))
    session, *_ = shown(run)
    looks = "it looks to the model like a wheel: usual for "
    assert looks in bullets(session)[0]
    assert looks in in_short(session)["Why"]
    assert any("is right 6 times of 7" in text for text in session.texts)
    names = session.chart("share")["name"]
    assert any("wheel? (" in words for words in names)  # the surest alone
    assert not any("sky" in words for words in names)


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ((0.5, 0.25), ": usual for {one} (50% of its squares), not for {other} (25%)"),
        ((0.5, 0.26), ""),
        ((0.2, 0.9), ""),
        ((0.09, 0.0), ""),
    ],
)
def test_for_which_class_it_is_usual(run, shares, words):
    _, one, other = shown(run)
    name_all(run, "sky", "wheel", wheel=by_class(one, other, shares))
    session, *_ = shown(run)
    names = {"one": "abc"[one], "other": "abc"[other]}
    lines = [line for line in bullets(session) if line.startswith(f"For **{names['one']}**")]
    assert lines
    looks = "; it looks to the model like sky and a wheel"
    for line in lines:
        count = re.search("(none|[0-9]) of the 8", line)
        if words:  # the word that tells them apart alone
            assert f"; it looks to the model like a wheel{words.format(**names)}" in line
            assert "no clear reason" not in line
        elif count is None:  # one that does not decide, of which is told what counts in it
            assert re.search("\\*\\*; [^;]*(matters?|enough)", line)
        elif count[1] in "678":
            more = ", more like {one}'s than {other}'s ({count} of the 8 squares most like it"
            assert looks + more.format(**names, count=count[1]) in line
        else:
            only = "" if count[1] == "none" else "only "
            assert f"{looks}; no clear reason, {only}{count[1]} of the 8 " in line


def test_of_a_word_that_names_a_class_it_goes_without_saying_that_it_is_usual(run):
    _, one, other = shown(run)
    name_all(run, "ship", ship=by_class(one, other, (0.6, 0.02)))
    session, *_ = shown(run)
    line = next(line for line in bullets(session) if line.startswith(f"For **{'abc'[one]}**"))
    assert re.search(r"; it looks to the model like part of a ship[;.]", line)
    assert "usual" not in line
    assert "no clear reason" not in line


@pytest.mark.parametrize("broken", ["file", "channels"])
def test_without_probes_that_fit_the_squares_have_no_names(run, broken):
    name_all(run, "wheel", channels=3)
    if broken == "file":
        (run.path / SEEN).write_bytes(b"nothing")
    session, *_ = shown(run)
    assert bullets(session)
    assert not any("wheel" in text for text in session.texts)


def test_a_model_on_its_way_is_told_nothing_by_probes_of_the_last_one(run):
    name_all(run, "wheel")
    now, *_ = shown(run)
    assert any("wheel" in words for words in now.chart("share")["name"])
    then = now.set("button_group", "deeper", "time")
    (slider,) = (s for s in then.at.select_slider if "Moment" in s.label)
    then.set("select_slider", slider.key, list_snapshots(run.path)[0])
    assert not any("wheel" in text for text in [*then.texts, *then.chart("share")["name"]])
