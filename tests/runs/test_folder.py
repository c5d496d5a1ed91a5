"""Runs in a folder: made, named, listed and found."""

import errno
import os
import re
import time

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dpn.errors import RunError
from dpn.runs import run as runs
from dpn.runs.folder import find_run, list_runs, moment, runs_under_way
from dpn.runs.run import Run
from dpn.runs.start import new_run_id
from tests.helpers import (
    short_training,
    small_model,
)
from tests.runs.made import make_run, whole_run


def test_a_folder_that_cannot_be_written_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(RunError, match=r"cannot be written .*DPN_RUNS_DIR or --runs-dir"):
        make_run(tmp_path / "runs")
    with pytest.raises(RunError, match="cannot be written"):
        make_run(tmp_path, run_id="x" * 400)


def test_a_run_that_cannot_be_made_leaves_nothing(tmp_path, monkeypatch):
    def full(_path, _value):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(runs, "write_json", full)
    with pytest.raises(RunError, match="No space left"):
        make_run(tmp_path)
    assert os.listdir(tmp_path) == []


def test_a_run_of_the_same_name_is_never_touched(tmp_path):
    run, _ = whole_run(tmp_path, "one")
    before = sorted(os.listdir(run.path))
    with pytest.raises(RunError, match="exists"):
        make_run(tmp_path, "one")
    assert sorted(os.listdir(run.path)) == before


def test_ids_sort_by_time_and_differ():
    training = short_training(dataset="z" * 3)
    ids = []
    for name in ("residual", "mlp", "dpn", "dpn"):  # against the order of the alphabet
        ids.append(new_run_id(small_model(name), training))
        training = short_training(dataset=training.dataset[1:] or "a")
        time.sleep(0.003)
    assert ids == sorted(ids)
    assert len(set(ids)) == 4
    assert re.fullmatch(r"\d{8}-\d{6}-\d{3}Z-zzz-residual-[0-9a-f]{4}", ids[0])


@pytest.fixture
def zone(monkeypatch):
    """Put the machine into a time zone."""

    def go_to(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield go_to
    monkeypatch.undo()
    time.tzset()


def test_a_run_of_another_time_zone_has_its_place(tmp_path, zone):
    made = []
    for name in ("Asia/Shanghai", "America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo"):
        zone(name)
        made.append(make_run(tmp_path, new_run_id(small_model(), short_training())))
        time.sleep(0.003)
    assert [run.id for run in list_runs(tmp_path)][:4] == [run.id for run in reversed(made)]


def test_runs_that_an_earlier_version_named_by_the_local_time_have_their_place(tmp_path, zone):
    zone("Asia/Shanghai")
    ids = ["20261201-080000-000-digits-dpn-aaaa", "20261201-000001-000Z-digits-dpn-bbbb"]
    ids += ["20261201-080002-000-digits-dpn-cccc", "20261201-000003-000Z-digits-dpn-dddd"]
    assert sorted(ids) != sorted(ids, key=moment) == ids
    odd = ["20261399-080000-000-digits", "00010101-000000-000-a", "mine", "20250101-first"]
    assert [*map(moment, odd)] == odd
    assert moment("20261201-080000-12ab.json") == "20261201-000000-12ab.json"  # of a sweep


def test_a_data_set_of_any_name_makes_a_folder(tmp_path):
    name = "手写数字" * 20
    run = make_run(tmp_path, dataset=name)
    assert "手写数字" in run.id
    assert run.config().training.dataset == name


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """Two runs of ours, one shipped, and things that are no runs."""
    monkeypatch.setattr(runs, "SHIPPED", tmp_path / "shipped")
    folder = tmp_path / "runs"
    whole_run(folder, "20250101-first")
    whole_run(folder, "20250202-second")
    make_run(folder, "20250303-without-weights")
    whole_run(tmp_path / "shipped", "mnist-dpn")
    (folder / "20250404-not-a-run").mkdir()
    (folder / "file").write_text("")
    return folder


def test_runs_are_listed_newest_first_then_the_shipped_ones(shelf):
    expected = ["20250303-without-weights", "20250202-second", "20250101-first", "mnist-dpn"]
    assert [run.id for run in list_runs(shelf)] == expected
    assert [run.origin for run in list_runs(shelf)] == ["trained"] * 3 + ["shipped"]
    assert list_runs(shelf)[-1].status()["state"] == "finished"
    assert [run.id for run in list_runs(shelf / "nowhere")] == ["mnist-dpn"]
    assert [run.id for run in list_runs(shelf / "file")] == ["mnist-dpn"]


def test_a_run_is_found_by_id_by_folder_and_as_the_latest(shelf, monkeypatch):
    assert find_run("20250101-first", shelf).path == shelf / "20250101-first"
    assert find_run("mnist-dpn", shelf).origin == "shipped"
    assert find_run(str(shelf / "20250101-first"), shelf / "else").id == "20250101-first"
    assert find_run("latest", shelf).id == "20250202-second"  # the newest that has weights
    monkeypatch.chdir(shelf / "20250101-first")
    assert find_run(".", shelf).id == "20250101-first"


def test_an_id_is_found_and_the_newest_are_asked_without_a_look_at_all_runs(shelf, monkeypatch):
    """A public server's folder only grows, and every look at a page asks."""
    with monkeypatch.context() as patched:
        patched.setattr("dpn.runs.folder.list_runs", None)
        assert find_run("20250202-second", shelf).id == "20250202-second"
        assert find_run("mnist-dpn", shelf).origin == "shipped"
    for number in range(30):
        run = make_run(shelf / "many" / f"{number}")
        run.path.rename(shelf / "many" / f"run-{number:02d}")
    asked = []
    monkeypatch.setattr(Run, "status", lambda run: asked.append(run.id) or {"state": "running"})
    found = runs_under_way(shelf / "many", newest=3)
    assert [run.id for run in found] == asked == ["run-29", "run-28", "run-27"]
    assert runs_under_way(shelf / "nowhere") == []
    looked = []
    monkeypatch.setattr("dpn.runs.folder.os.path.exists", lambda path: looked.append(path) or True)
    listed = list_runs(shelf / "many", newest=2)
    assert [run.id for run in listed] == ["run-29", "run-28", "mnist-dpn"]
    assert len(looked) == 2


def test_a_run_that_is_not_there_gets_a_suggestion(shelf):
    said = r"no run '20250101-frist' .*mean '20250101-first'\? Accepted"
    with pytest.raises(RunError, match=said):
        find_run("20250101-frist", shelf)
    with pytest.raises(RunError, match=r"an id from .*, a run's folder, or 'latest'"):
        find_run("zzz", shelf)
    with pytest.raises(RunError, match=r"no trained run in .* yet"):
        find_run("latest", shelf / "else")


@given(st.text() | st.just("x" * 5000) | st.just("a\0b"))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_name_is_a_run_or_a_sentence(shelf, name):
    with pytest.raises(RunError, match="There is no run"):
        find_run(name, shelf / "else")
