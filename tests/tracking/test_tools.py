"""Which trackers may be used, and what is said of those that may not."""

import importlib
import json
import time
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import ImageDraw

from dpn.__main__ import main
from dpn.errors import ConfigError
from dpn.jobs.limits import read_limits
from dpn.models.train_config import TRACKER_NAMES, TrainConfig, tracker_names
from dpn.runs.history import Curves
from dpn.runs.run import Run
from dpn.tracking import followers, handover, pictures, tools
from dpn.tracking.follower import follow_until
from dpn.tracking.handover import rows_after
from dpn.tracking.pictures import confusion_picture, mistakes_picture
from tests.export.runs import made_run
from tests.workers import closing_desk


@pytest.mark.parametrize(
    ("track", "names"),
    [
        ("", ()),
        ("wandb", ("wandb",)),
        (" mlflow, tensorboard,mlflow", ("mlflow", "tensorboard")),
        (",".join(TRACKER_NAMES), TRACKER_NAMES),
    ],
)
def test_trackers_are_named_with_commas(track, names):
    assert tracker_names(track) == names
    assert TrainConfig(track=track).track == track


@pytest.mark.parametrize("track", ["tensrboard", "wandb,", ",", " ", "all", None, 3, ["wandb"]])
def test_what_is_no_tracker_is_refused(track):
    with pytest.raises(ConfigError, match="track must be names of tensorboard, wandb"):
        TrainConfig(track=track)


def test_a_slip_is_understood():
    with pytest.raises(ConfigError, match="did you mean 'tensorboard'"):
        TrainConfig(track="wandb,tensrboard")


def test_a_public_server_writes_for_none_unless_its_operator_says_so(monkeypatch):
    assert read_limits(public=True).track == ()
    assert read_limits(public=False).track == TRACKER_NAMES
    monkeypatch.setenv("DPN_TRACK", "mlflow,wandb")
    assert read_limits(public=True).track == ("mlflow", "wandb")
    monkeypatch.setenv("DPN_TRACK", "")
    assert read_limits(public=False).track == ()
    monkeypatch.setenv("DPN_TRACK", "everything")
    with pytest.raises(ConfigError, match="DPN_TRACK: track must be"):
        read_limits(public=True)


def test_a_server_refuses_what_it_does_not_allow(tmp_path, monkeypatch):
    words = "this server does not write for W&B"
    limits = read_limits(public=True)
    with closing_desk(tmp_path, limits=limits) as desk, pytest.raises(ConfigError, match=words):
        desk.start(track="wandb")
    monkeypatch.setattr(tools, "is_installed", lambda name: False)
    words = "pip install trackio, or train without it"
    with closing_desk(tmp_path) as desk, pytest.raises(ConfigError, match=words):
        desk.start(track="trackio")


def test_a_folder_of_a_tools_name_is_not_the_tool(tmp_path, monkeypatch):
    (tmp_path / "trackio_of_nobody").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    tool = tools.Tool("Nobody's", ("json", "trackio_of_nobody"), "nobody", "")
    monkeypatch.setitem(tools.TOOLS, "nobody", tool)
    assert not tools.is_installed("nobody")
    (tmp_path / "trackio_of_nobody" / "__init__.py").touch()
    importlib.invalidate_caches()
    assert tools.is_installed("nobody")


def test_the_command_line_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(tools, "is_installed", lambda name: name == "wandb")
    assert main(["train", "--track", "wandb,mlflow"]) == 2
    said = capsys.readouterr().err
    assert said.splitlines()[-1] == (
        "dpn train: MLflow is not installed here: pip install mlflow, or train without it."
    )


def test_rows_come_once_in_order_with_both_kinds():
    steps = {
        "step": [1, 2, 3], "loss": [3, 2, 1], "accuracy": [0.1, 0.2, 0.3],
        "learning_rate": [1, 1, 1], "examples": [10, 20, 30], "seconds": [1, 2, 4],
    }  # fmt: skip
    seen = {"step": [0, 2], "loss": [9, 8], "accuracy": [0.0, 0.5], "seconds": [0, 2]}
    curves = Curves(*({k: np.array(v, float) for k, v in t.items()} for t in (steps, seen)), 1)
    rows = rows_after(curves, 0, -1)
    assert [step for step, _ in rows] == [0, 1, 2, 3]
    assert rows[0][1] == {"validation/loss": 9, "validation/accuracy": 0}
    assert rows[2][1]["validation/accuracy"] == 0.5
    assert rows[3][1] == {
        "train/loss": 1, "train/accuracy": 0.3, "train/learning_rate": 1,
        "train/images_per_second": 7.5,
    }  # fmt: skip
    assert [step for step, _ in rows_after(curves, 2, 0)] == [2, 3]
    assert rows_after(curves, 3, 2) == []
    some = rows_after(curves, 0, -1, most=1)
    assert [step for step, _ in some] == [0, 1]
    assert rows_after(curves, 1, 0, most=1) == rows[2:3]
    assert rows_after(curves, 2, 2, most=1) == rows[3:]


def test_a_tracker_rests_the_longer_the_more_it_had_to_do(monkeypatch):
    clock, rests = [0.0], []

    class Over:
        def wait(self, seconds):
            rests.append(seconds)
            return len(rests) == 4

    def follow():
        clock[0] += [0.0001, 0.3, 0][len(rests) - 1]

    monkeypatch.setattr(time, "process_time", lambda: clock[0])
    follow_until(Over(), follow, 0.02)
    assert rests == [pytest.approx(5), 0.5, pytest.approx(15), 0.5]


def test_all_trackers_together_have_one_share(tmp_path, monkeypatch):
    orders = []
    monkeypatch.setattr(followers, "_Follower", lambda order, say: orders.append(order))
    monkeypatch.setattr(followers, "is_installed", lambda name: name != "wandb")
    names = ["tensorboard", "wandb", "mlflow"]
    followers.Followers(Run(tmp_path), tmp_path, names, None, lambda words: None)
    assert [order[2] for order in orders] == ["tensorboard", "mlflow"]
    assert sum(float(order[3]) for order in orders) <= followers.SHARE <= 0.02


@pytest.mark.parametrize("classes", [2, 10, 30, 700, 1500])
def test_a_confusion_matrix_is_darkest_where_most_is(classes):
    picture = confusion_picture(np.eye(classes, dtype=int) * 5, ["näme"] * classes)
    assert picture.dtype == np.uint8
    assert picture.ndim == 3
    assert max(picture.shape) <= 900
    last, beside = picture[-1, -1].astype(int).sum(), picture[-1, picture.shape[1] // 2].sum()
    assert last < 300 < beside


def test_mistakes_stand_beside_each_other_grey_or_in_colour():
    grey, colour = np.full((8, 8), 200, np.uint8), np.zeros((32, 32, 3), np.uint8)
    one = mistakes_picture([grey], [(0, 1)], "ab")
    assert (one == 200).all(axis=2).sum() == 112 * 112
    many = mistakes_picture([colour] * 7, [(2, 3)] * 7, "abcd")
    assert many.shape[1] == 6 * 120
    assert (many == 0).all(axis=2).sum() >= 7 * 96 * 96


@pytest.fixture
def written(monkeypatch):
    """What is written into a picture."""
    texts, draw = [], ImageDraw.ImageDraw.text
    monkeypatch.setattr(
        ImageDraw.ImageDraw,
        "text",
        lambda self, at, text, *how, **more: (
            texts.append(text) or draw(self, at, text, *how, **more)
        ),
    )
    return texts


def test_names_too_long_for_the_columns_stand_in_the_rows_with_numbers(written):
    confusion_picture(
        np.eye(2, dtype=int), ["second or third", "fourth to tenth, and all the rest"]
    )
    assert {"0", "1", "0 second or third"} < {*written}
    assert any(text.startswith("1 fourth") and text.endswith("...") for text in written)
    written.clear()
    confusion_picture(np.eye(2, dtype=int), "ab")
    assert [written.count(name) for name in ("a", "b", "0")] == [2, 2, 0]


@pytest.mark.parametrize("fonts", [(), pictures.FONTS])
def test_no_name_is_drawn_as_boxes(written, monkeypatch, fonts):
    """With a font of the system that has its letters, or else as the number of its class."""
    monkeypatch.setattr(pictures, "FONTS", fonts)
    names, grey = ["苹果", "香蕉"], np.full((8, 8), 200, np.uint8)
    confusion_picture(np.eye(2, dtype=int), names)
    mistakes_picture([grey], [(1, 0)], names)
    seen = pictures.font_for("苹果香蕉", 14)
    assert ("香蕉 as 苹果" if seen else "1 as 0") in written
    assert ("苹果" in written) == bool(seen)
    assert pictures.font_for("abc d", 14) is not None
    assert pictures.font_for("\U0010fffe", 14) is None


def test_what_a_process_of_before_still_writes_is_waited_for(tmp_path, monkeypatch):
    """A resumed run goes on where that one ended, and hands nothing over twice."""
    run = made_run(tmp_path)
    (run.path / "tracking").mkdir()
    notes = run.path / "tracking" / "fake.json"
    states, slept, opened = [{"step": 1}, {"step": 2}, {"step": 3}], [], []

    def write():
        notes.write_text(json.dumps({**states.pop(0), "process": {"pid": 1}, "kept": {"a": "b"}}))

    write()
    monkeypatch.setattr(handover, "is_alive", lambda process: bool(states))
    monkeypatch.setattr(time, "sleep", lambda seconds: (slept.append(seconds), write()))
    tracker = SimpleNamespace(rewinds=False, open=opened.append)
    handover.Handover(run, tmp_path, notes).open(tracker, 1)
    assert slept == [handover.EVERY] * 2
    assert json.loads(notes.read_text())["step"] == 3
    assert opened[0].kept == {"a": "b"}
