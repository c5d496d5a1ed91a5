"""What squares of photos show: the squares that people named, and what is fitted to them."""

import csv

import numpy as np
import pytest

from dpn.commands.shipping import probing
from dpn.commands.shipping.probing import NAMED, OF_PHOTOS, fit_probes
from dpn.data.loading import load_dataset
from dpn.explain.photos.seen import WORDS
from dpn.runs.folder import find_run
from dpn.runs.run import SHIPPED

RUN = find_run(OF_PHOTOS, SHIPPED)


def lines(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_the_squares_lie_in_their_photos_and_have_one_to_three_words_of_the_list():
    named = lines(NAMED)
    assert len({line["image"] for line in named}) == len(named)  # none is judged by its like
    for line in named:
        image, top, left, side, answer = (
            int(line[name]) for name in ("image", "top", "left", "side", "answer")
        )
        assert 0 <= image < 5000
        assert side in (8, 16)
        assert {top % (side // 2), left % (side // 2)} == {0}
        assert max(top, left) + side <= 32
        assert 0 <= answer < 10
        words = line["words"].split()
        assert 1 <= len({*words}) == len(words) <= 3
        assert {*words} <= WORDS.keys() or words == ["unclear"]


@pytest.fixture
def photos(tmp_path, monkeypatch):
    """Photos of noise with a red or a blue half, whose squares are told wheels and skies."""
    rng = np.random.default_rng(0)
    count = 600
    images = rng.integers(100, 156, (count, 32, 32, 3)).astype(np.uint8)
    red = np.arange(count) % 2 == 0
    images[red, :, :16], images[~red, :, :16] = (250, 10, 10), (10, 10, 250)
    labels = np.arange(count) % 10
    np.savez(
        tmp_path / "cifar10.npz",
        **{"x_train": images, "y_train": labels, "x_test": images[:10], "y_test": labels[:10]},
    )
    training = RUN.config().training
    held_out = load_dataset(
        "cifar10", tmp_path, validation_fraction=0.1, seed=training.seed, download=False
    ).x_val
    rows = ["image,top,left,side,answer,words"]
    for at, image in enumerate(held_out):
        is_red = image[0, 0, 0] > image[2, 0, 0]
        rows.append(f"{at},8,0,8,{1 if is_red else 0},{'wheel ground' if is_red else 'sky'}")
    path = tmp_path / "named.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    monkeypatch.setattr(probing, "NAMED", path)
    monkeypatch.setattr(probing, "JUDGED", 20)
    return tmp_path


def test_probes_learn_what_people_named_and_are_judged_by_squares_they_have_not_seen(photos):
    probes, judged = fit_probes(RUN, photos)
    assert judged.squares == 20
    assert judged.named == judged.right == judged.all_right == 1
    assert judged.each.keys() == {"wheel", "ground", "sky"}
    assert sum(told for told, _ in judged.each.values()) > 20
    names = list(WORDS)
    assert probes.often[1, names.index("wheel")] == probes.often[0, names.index("sky")] == 1
    assert probes.often[0, names.index("wheel")] == probes.often[1, names.index("sky")] == 0


def test_a_word_is_true_of_what_is_wider_too(photos, monkeypatch):
    text = probing.NAMED.read_text(encoding="utf-8").replace("wheel ground", "ear")
    probing.NAMED.write_text(text, encoding="utf-8")
    probes, judged = fit_probes(RUN, photos)
    often = dict(zip(WORDS, probes.often[1], strict=True))
    assert often["ear"] == often["head"] == 1
    assert often["face"] == 0
    assert judged.each.keys() == {"ear", "sky"}
