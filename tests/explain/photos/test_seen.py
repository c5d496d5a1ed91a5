"""What is seen in squares of photos: the probes, their words, their file."""

from dataclasses import replace

import numpy as np
import pytest

from dpn.errors import RunError
from dpn.explain.photos.kept import MOST_BYTES, read_probes, save_probes
from dpn.explain.photos.seen import WIDER, WORDS, Probes, square_of
from dpn.runs.run import SEEN, SHIPPED, Run

NAMES = list(WORDS)


def probes(classes=3):
    """One channel a word, whose value is its score."""
    words = len(NAMES)
    return Probes(
        mean=np.zeros(words),
        scale=np.ones(words),
        weights=np.eye(words),
        bias=np.zeros(words),
        often=np.zeros((classes, words)),
    )


def map_of(**scores):
    """A map of 4 by 4 cells whose channels score words, all the same in each cell."""
    channels = np.array([scores.get(name, -9.0) for name in NAMES])
    return np.broadcast_to(channels[:, None, None], (len(NAMES), 4, 4))


EVERYWHERE = np.ones((32, 32), bool)


def told(**scores):
    return probes().seen(map_of(**scores), EVERYWHERE)


def test_a_word_is_told_from_even_odds_on_and_a_second_one_if_it_is_likelier_than_that():
    assert told(wheel=0.01) == ["wheel"]
    assert told(wheel=-0.01) == []
    assert told(wheel=3, sky=0.8) == ["wheel"]  # 0.69
    assert told(wheel=3, sky=0.9) == ["wheel", "sky"]  # 0.71
    assert told(wheel=1, sky=2, water=3, ground=4) == ["ground", "water"]


def test_a_wider_word_is_told_only_where_none_that_it_is_true_of_is_likely():
    assert told(head=4, ear=1) == ["ear"]
    assert told(head=4, ear=-1) == ["head"]
    assert told(head=4, ear=-1, sky=1) == ["head", "sky"]
    assert {*WIDER} | {one for each in WIDER.values() for one in each} <= WORDS.keys()


def test_a_square_is_the_mean_of_its_cells_as_they_differ_from_the_mean():
    cells = np.arange(2 * 16, dtype=float).reshape(2, 4, 4)
    mask = np.zeros((32, 32), bool)
    mask[8:16, 4:12] = True  # half of the first cell of the second row, and half of the next
    np.testing.assert_allclose(square_of(cells, mask), cells[:, 1, :2].mean(axis=1))
    few = Probes(
        np.array([1.0, 2.0]),
        np.array([2.0, 4.0]),
        np.array([[1.0, -1.0]]),
        np.array([0.5]),
        np.zeros((1, 1)),
    )
    expected = 1 / (1 + np.exp(-((5 - 1) / 2 - (3 - 2) / 4 + 0.5)))
    np.testing.assert_allclose(few.probabilities(np.array([[5.0, 3.0]])), [[expected]])


@pytest.fixture
def run(tmp_path):
    """A run of ten classes, with nothing but its config."""
    source = SHIPPED / "shipped-cifar10-residual" / "config.json"
    (tmp_path / "config.json").write_bytes(source.read_bytes())
    return Run(tmp_path)


def test_probes_come_back_as_they_were_saved_and_most_runs_have_none(run):
    assert read_probes(run) is None
    one = replace(probes(10), often=np.full((10, len(NAMES)), 0.5))
    save_probes(run, one)
    for name, array in one.to_arrays().items():
        np.testing.assert_array_equal(read_probes(run).to_arrays()[name], array)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (lambda one: replace(one, often=one.often[:9]), "does not fit config.json"),
        (lambda one: replace(one, weights=one.weights[:, 1:]), "does not fit config.json"),
        (lambda one: replace(one, bias=one.bias * np.nan), "no number"),
        (lambda one: replace(one, scale=one.scale * 0), "not above 0"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_its_reason(run, broken, why):
    save_probes(run, broken(probes(10)))
    with pytest.raises(RunError, match=rf"{SEEN} of run .* is damaged \(.*{why}.*Delete the file"):
        read_probes(run)


def test_a_file_that_is_none_or_too_large_is_refused(run):
    (run.path / SEEN).write_bytes(b"nothing")
    with pytest.raises(RunError, match="cannot be read"):
        read_probes(run)
    with open(run.path / SEEN, "wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(RunError, match="too large"):
        read_probes(run)


def test_the_shipped_model_of_photos_names_what_it_is_told():
    run = Run(SHIPPED / "shipped-cifar10-residual")
    found = read_probes(run)
    assert ((found.often >= 0) & (found.often <= 1)).all()
    wheel = found.often[:, NAMES.index("wheel")]
    assert wheel[[1, 9]].min() > 0.1 > wheel[2:8].max()  # of cars and trucks, and of no animal
