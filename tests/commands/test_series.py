"""The verbs for series, from a person's files to an account that adds up."""

import numpy as np
import pytest

from dpn.__main__ import main
from tests.commands.asking import asking, where
from tests.helpers import NAMES, write_series

TRAINING = ("--steps", "60", "--set", "batch_size=10", "--set", "threads=1")
SMALL = ("--set", "states=32", "--set", "frame=2")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A pair of .ts files, and the run that was trained on it."""
    folder = tmp_path_factory.mktemp("series")
    path = str(write_series(folder))
    assert main(["train", "--dataset", path, *TRAINING, *SMALL, *where(folder)]) == 0
    return folder


@pytest.fixture
def ask(folder, capsys):
    """Run a verb; see ``asking``."""
    return asking(folder, capsys)


def test_a_run_of_series_is_listed_and_scored_again(ask, folder, capsys):
    run = ask("runs")[0][0]
    assert (run["dataset"], run["model"], run["test_accuracy"]) == ("Small", "frames", 1.0)
    (score,), _ = ask("evaluate", "latest")
    assert score["test_accuracy"] == 1.0
    assert {"movements", "Small"} <= {info["name"] for info in ask("datasets")[0]}
    assert main(["evaluate", "latest", *where(folder)]) == 0
    assert capsys.readouterr().out.endswith("series\n")


def test_series_are_answered_in_their_order_from_any_layout(ask, folder):
    file = str(folder / "Small_TEST.ts")
    answers, _ = ask("predict", "latest", file)
    assert [answer["label"] for answer in answers] == list(NAMES) * 3
    assert [answer["class"] for answer in answers] == list(NAMES) * 3
    assert answers[0]["steps"] == 6
    x = np.stack([np.linspace(1, -1, 8), np.zeros(8)], axis=1)
    np.savez(folder / "one.npz", x=x[None])
    rows = "".join(f"a,{t},{row[0]},{row[1]}\n" for t, row in enumerate(x))
    (folder / "one.csv").write_text("id,t,x,y\n" + rows, encoding="utf-8")
    answers, _ = ask("predict", "latest", str(folder / "one.npz"), str(folder / "one.csv"))
    assert [answer["label"] for answer in answers] == ["left", "left"]
    assert answers[0]["probabilities"] == pytest.approx(answers[1]["probabilities"], abs=1e-5)
    assert "class" not in answers[0]


def test_a_recording_alone_and_folders_of_them_are_answered_and_taught(ask, folder):
    for label, way in zip(NAMES, (1, -1), strict=False):
        for i in range(4):
            x = way * np.linspace(-1, 1, 8 + i)
            rows = "".join(f"{t * 0.01:.2f},{value},0\n" for t, value in enumerate(x))
            file = folder / "own" / label / f"{i}.csv"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("Time (s),a x,a y\n" + rows, encoding="utf-8")
    answers, _ = ask("predict", "latest", str(folder / "own"))
    alone, _ = ask("predict", "latest", str(folder / "own" / NAMES[0] / "0.csv"))
    assert len(answers) == 4 * len({one["class"] for one in answers})
    first = next(one for one in answers if one["class"] == NAMES[0])
    assert alone[0]["probabilities"] == pytest.approx(first["probabilities"], abs=1e-5)
    (taught,), remarks = ask("teach", "latest", str(folder / "own"))
    assert taught["images"] == len(answers)
    assert "Column Time (s) was taken for the time." in remarks
    (folder / "book.csv").write_bytes(b"%PDF-1.7\n")
    assert "book.csv is a PDF" in ask("predict", "latest", str(folder / "book.csv"), fails=True)
    (folder / "book.xlsx").write_bytes(b"%PDF-1.7\n")
    assert "book.xlsx is a PDF" in ask("predict", "latest", str(folder / "book.xlsx"), fails=True)


@pytest.mark.parametrize("verb", ["predict", "explain"])
def test_a_file_that_cannot_be_read_is_said_where_it_stands(ask, folder, verb):
    good, bad = str(folder / "Small_TEST.ts"), folder / "bad.ts"
    bad.write_bytes(b"%PDF-1.7\n")
    np.savez(folder / "three.npz", x=np.zeros((2, 5, 3)))
    answers, _ = ask(verb, "latest", str(bad), good, "none.ts", str(folder / "three.npz"), good)
    wrong = [one for one in answers if "error" in one]
    assert [one["file"] for one in wrong] == [str(bad), "none.ts", str(folder / "three.npz")]
    assert "must have 2 channels" in wrong[2]["error"]
    assert len(answers) == 3 + 2 * 9
    assert "Nothing could be answered" in ask(verb, "latest", str(bad), "none.ts", fails=True)


def test_each_frame_has_its_share_and_they_add_up(ask, folder, capsys):
    file = str(folder / "Small_TEST.ts")
    answers, _ = ask("explain", "latest", file)
    for answer in answers:
        total = sum(answer["contributions"])
        total += sum(answer[name] for name in ("bias", "smoothing", "readout"))
        assert total == pytest.approx(answer["logit"], abs=1e-4)
        assert len(answer["frames"]) == len(answer["contributions"])
        assert answer["frames"][-1][1] == answer["steps"]
    assert answers[1]["frames"] == [[1, 2], [3, 4], [5, 6], [7, 7]]
    others, _ = ask("explain", "latest", file, "--target", "right")
    assert others[0]["logit"] < answers[0]["logit"]
    assert main(["explain", "latest", file, *where(folder)]) == 0
    assert "  steps 3-4 " in capsys.readouterr().out


def test_a_lesson_teaches_a_new_movement_and_nothing_is_forgotten(ask, folder):
    rng = np.random.default_rng(1)
    way = 3 * np.sin(np.linspace(0, 9, 9))
    x = np.stack([np.stack([way, way], 1) + 0.1 * rng.standard_normal((9, 2)) for _ in range(8)])
    x[::2, 8:] = np.nan  # some end sooner
    np.savez(folder / "lesson.npz", x=x.astype(np.float32), y=np.array(["wave"] * 8))
    (taught,), remarks = ask("teach", "latest", str(folder / "lesson.npz"))
    assert "new class: wave" in remarks
    assert taught["accuracy_after"] >= 0.9
    said, _ = ask("predict", taught["run"], str(folder / "lesson.npz"))
    assert [one["label"] for one in said] == ["wave"] * 8
    np.savez(folder / "none.npz", x=x.astype(np.float32))
    told = ask("teach", "latest", str(folder / "none.npz"), fails=True)
    assert "must say the class of each series; series 1 has none" in told
    assert "name the file of series in it" in ask("teach", "latest", str(folder), fails=True)


def test_what_does_not_go_together_is_refused_in_words(ask, folder):
    assert "reads series" in ask("predict", "latest", "--text", "a", fails=True)
    assert "cannot be read" in ask("explain", "latest", "none.ts", fails=True)
    np.savez(folder / "wide.npz", x=np.zeros((2, 5, 3)))
    assert "must have 2 channels" in ask("predict", "latest", str(folder / "wide.npz"), fails=True)
    for words in (["export"], ["read", "a.png"]):
        asked = [words[0], "latest", *words[1:]]
        assert "another world: series" in ask(*asked, fails=True), words
    assert "there is no file or folder" in ask("train", "--dataset", "nope_TRAIN.ts", fails=True)
    train = ("train", "--dataset", "movements")
    assert "model must be one of frames" in ask(*train, "--model", "dpn", fails=True)
    assert "none or jitter or sway or bend or warp" in ask(
        *train, "--set", "augmentation=affine", fails=True
    )
    np.savez(folder / "pictures.npz", x=np.zeros((9, 8, 8), np.uint8), y=np.arange(9) % 3)
    pictures = str(folder / "pictures.npz")
    assert f"datasets add {pictures}`" in ask("train", "--dataset", pictures, fails=True)
    assert "augmentation must be none or shift" in ask(
        "train", "--dataset", "digits", "--set", "augmentation=warp", fails=True
    )


def test_options_of_other_worlds_are_refused(ask, folder):
    file = str(folder / "Small_TEST.ts")
    for words in (["--as", "photo"], ["--text-column", "a"], ["--items", "a"]):
        told = ask("predict", "latest", file, *words, fails=True)
        assert f"{words[0]} is for runs that read" in told
        assert "reads series: name files of series" in told
    told = ask("train", "--dataset", file, "--label-column", "way", fails=True)
    assert "--label-column is of tables; Small_TEST.ts is none" in told
