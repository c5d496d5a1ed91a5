"""What a run is called: made of what it is, or given by its owner and read with suspicion."""

import json
import os
import re
import time
from datetime import UTC, datetime, timedelta

import pytest

from dpn.errors import RunError
from dpn.language import speaking
from dpn.models.config import WORLDS
from dpn.runs import title
from dpn.runs.run import ACTIVE, OVER, SHIPPED, Run
from dpn.runs.start import create_run
from dpn.runs.title import MODEL_WORDS, STATE_WORDS, own_title, set_title, title_of
from tests.helpers import NAMES, RESULT, short_training, small_model


@pytest.fixture
def run(tmp_path):
    return create_run(tmp_path, small_model("residual"), short_training(), NAMES, "mnist")


def file_of(run):
    return run.path / "title.json"


def created(run, then):
    config = json.loads((run.path / "config.json").read_text())
    (run.path / "config.json").write_text(json.dumps({**config, "created": then}))


# Without a title of its own


def test_a_run_is_called_by_its_data_model_state_or_accuracy_and_time(run):
    now = r"today \d\d:\d\d"
    assert re.fullmatch(rf"small · Residual · waiting for its turn · {now}", title_of(run))
    assert re.fullmatch(rf"small · Residual · {now}", title_of(run, with_state=False))
    run.set_result({**RESULT, "test_accuracy": 0.98765})
    for with_state in (True, False):
        found = title_of(run, with_state=with_state)
        assert re.fullmatch(rf"small · Residual · 98\.8% of 4 · {now}", found)


def test_a_run_of_an_embedded_set_is_called_by_the_title_of_the_set(tmp_path):
    told = {"questions": "Questions", "strokes": "Pen strokes", "movements": "Movements"}
    for name, data in {**told, "clicks": "Shop visits"}.items():
        training = short_training(dataset=name)
        run = create_run(tmp_path, small_model(), training, NAMES, "mnist", run_id=name)
        assert title_of(run).startswith(f"{data} · ")
    with speaking("zh"):
        assert title_of(run).startswith("商店访问 · ")


def test_a_shipped_run_is_called_so_and_keeps_its_title(tmp_path):
    shipped = Run(SHIPPED / "shipped-digits-dpn")
    assert re.fullmatch(r"Digits 8×8 · DPN · \d+(\.\d)?% of 359 · shipped", title_of(shipped))
    with pytest.raises(RunError, match="part of the project"):
        set_title(shipped, "mine")
    assert not file_of(shipped).exists()


def test_a_run_that_was_taught_says_so(tmp_path):
    lesson = {"parent": "a", "method": "full", "new_classes": 0}
    lesson |= {"accuracy_before": None, "accuracy_after": None}
    taught = create_run(
        tmp_path, small_model(), short_training(dataset="mnist"), NAMES, "mnist", lesson=lesson
    )
    assert " · taught · today" in title_of(taught)
    assert title_of(taught).startswith("MNIST · DPN · ")


def test_the_time_is_told_shorter_the_nearer_it_is(run):
    now = datetime.now().astimezone()
    created(run, now.isoformat())
    assert title_of(run).endswith(f"today {now:%H:%M}")
    in_utc = now.astimezone(UTC).isoformat()
    created(run, in_utc)
    assert title_of(run).endswith(f"today {now:%H:%M}")
    year = now.replace(month=1, day=1, hour=8, minute=1)
    year = year if year.date() != now.date() else year.replace(month=2)
    created(run, year.isoformat())
    assert title_of(run).endswith(f"{year:%d %b} 08:01")
    created(run, (now - timedelta(days=800)).isoformat())
    assert title_of(run).endswith(f"{now - timedelta(days=800):%d %b %Y}")


@pytest.mark.parametrize("then", ["", "then", "0001-01-01T00:00:00+14:00", "9" * 60])
def test_a_date_that_is_none_is_left_out(run, then):
    created(run, then)
    assert title_of(run) == "small · Residual · waiting for its turn"


@pytest.mark.parametrize("file", ["config.json", "status.json", "result.json"])
def test_a_damaged_run_is_called_by_its_id(run, file):
    (run.path / file).write_text("{")
    assert title_of(run) == run.id


def test_a_data_set_of_any_name_makes_one_short_line(tmp_path):
    training = short_training(dataset="a <b>" + "x" * 90)
    run = create_run(tmp_path, small_model(), training, NAMES, "mnist", run_id="there")
    assert title_of(run).startswith("a <b>xxx")
    assert len(title_of(run)) < 110


def test_every_model_and_state_has_words():
    assert set(MODEL_WORDS) == {name for names in WORLDS.values() for name in names}
    assert {*ACTIVE, *OVER, "interrupted"} <= set(STATE_WORDS)


# Given by the owner


@pytest.mark.parametrize("text", ["My first", "x" * 64, "Été 数 <b>x</b> [y](z) $a$", "  padded  "])
def test_a_title_is_kept_beside_the_run_and_taken_back_by_a_blank_one(run, text):
    usual, config = title_of(run), (run.path / "config.json").read_bytes()
    set_title(run, text)
    assert title_of(run) == own_title(run) == text.strip()
    assert title_of(Run(run.path), with_state=False) == text.strip()
    assert (run.path / "config.json").read_bytes() == config
    set_title(run, "  ")
    assert title_of(run) == usual
    assert own_title(run) == ""
    assert not file_of(run).exists()
    set_title(run, "")  # once more takes nothing away


@pytest.mark.parametrize(
    "text", ["x" * 65, "a\nb", "a\x1b[31mb", "a\u202eb", "a\u200bb", "\ud800", "\0", "x" * 10**6]
)
def test_a_title_that_cannot_be_shown_is_refused_and_the_old_one_stays(run, text):
    set_title(run, "old")
    with pytest.raises(RunError, match="at most 64 characters, all visible") as refused:
        set_title(run, text)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 600
    assert own_title(run) == "old"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b"\xff\xfe",
        b'{"title": null}',
        b'{"title": 5}',
        b'{"title": ["a"]}',
        b'{"title": ""}',
        b'{"title": "   "}',
        b'{"title": "a\\nb"}',
        b'{"title": "\\u001b[31m"}',
        b'{"title": "\\u202e"}',
        b'{"title": "\\ud800"}',
        json.dumps({"title": "x" * 65}).encode(),
        json.dumps({"title": "x", "more": "y" * 10_000}).encode(),
        b"[" * 4000,
    ],
)
def test_a_damaged_title_is_none(run, content):
    usual = title_of(run)
    file_of(run).write_bytes(content)
    assert own_title(run) == ""
    assert title_of(run) == usual


def test_a_title_that_is_no_file_is_none(run):
    usual = title_of(run)
    file_of(run).mkdir()
    assert title_of(run) == usual
    with pytest.raises(RunError, match="cannot be written"):
        set_title(run, "x")
    file_of(run).rmdir()
    os.mkfifo(file_of(run))  # reading it would wait for ever
    assert title_of(run) == usual


def test_a_large_file_is_not_read(run, monkeypatch):
    monkeypatch.setattr(title, "read_json", lambda _: pytest.fail("it was read"))
    file_of(run).write_bytes(b" " * 10_000 + b'{"title": "x"}')
    assert own_title(run) == ""


def test_a_folder_that_cannot_be_written_says_so(run, monkeypatch):
    def full(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(title, "write_json", full)
    with pytest.raises(RunError, match=r"cannot be written \(Read-only file system\)"):
        set_title(run, "x")


def test_a_title_is_given_to_a_run_that_is_gone_in_a_sentence(run, tmp_path):
    with pytest.raises(RunError, match="cannot be written"):
        set_title(Run(tmp_path / "gone"), "x")
    assert not (tmp_path / "gone").exists()
    set_title(Run(tmp_path / "gone"), "")
    assert title_of(Run(tmp_path / "gone")) == "gone"


def test_a_title_makes_no_silent_training_look_alive(run):
    """A training on another machine is known to go on by what it writes."""
    status = {"state": "running", "message": "", "step": 1, "total_steps": 9}
    elsewhere = {**status, "host": "another-machine", "pid": 1, "time": 0}
    (run.path / "status.json").write_text(json.dumps(elsewhere))
    long_ago = time.time() - 3600
    for file in run.path.iterdir():
        os.utime(file, (long_ago, long_ago))
    assert run.status()["state"] == "interrupted"
    set_title(run, "new")
    assert run.status()["state"] == "interrupted"
