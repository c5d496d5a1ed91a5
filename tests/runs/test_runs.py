"""Runs on disk: whole or not there, read by anyone, and damaged ones refused in a sentence."""

import errno
import json
import os
import re
import subprocess
import sys
import threading
import time

import pytest
import torch
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dpn.data.look import Look
from dpn.errors import RunError
from dpn.runs import files
from dpn.runs import run as runs
from dpn.runs.files import unchanged, write_bytes, write_json
from dpn.runs.folder import find_run, list_runs, runs_under_way
from dpn.runs.run import DOUBT, SILENCE, Run
from dpn.runs.start import create_run, new_run_id
from dpn.training.trainer import Trainer
from tests.helpers import (
    NAMES,
    RESULT,
    same_tensors,
    short_training,
    small_dataset,
    small_model,
    until,
)


def make_run(folder, run_id=None, model=None, **changes):
    return create_run(
        folder, model or small_model(), short_training(**changes), NAMES, "mnist", run_id=run_id
    )


def whole_run(folder, run_id=None, name="dpn"):
    """A run with weights, one batch trained."""
    run = make_run(folder, run_id, small_model(name))
    trainer = Trainer(small_model(name), short_training(), small_dataset())
    trainer.step()
    run.save_checkpoint(trainer.state())
    run.set_status("stopped", step=1, total_steps=6)
    return run, trainer


def dead_pid():
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


# Writing


def test_bytes_are_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "file"
    write_bytes(path, b"old")
    write_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["file"]
    write_json(path, {"name": "ä", "n": 1})
    assert json.loads(path.read_text(encoding="utf-8")) == {"name": "ä", "n": 1}


@pytest.mark.parametrize("at", ["fsync", "replace"])
def test_an_error_while_writing_leaves_the_old_file_alone(tmp_path, monkeypatch, at):
    path = tmp_path / "file"
    write_bytes(path, b"old")

    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, at, full)
    with pytest.raises(OSError, match="No space"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_the_new_file_is_complete_before_it_gets_its_name(tmp_path, monkeypatch):
    path = tmp_path / "file"
    seen = []
    replace = os.replace

    def look(source, target):
        seen.append((source.read_bytes(), target.exists()))
        replace(source, target)

    monkeypatch.setattr(files.os, "replace", look)
    write_bytes(path, b"x" * 100_000)
    assert seen == [(b"x" * 100_000, False)]


def test_a_reader_never_sees_half_a_file(tmp_path):
    path = tmp_path / "file"
    versions = [bytes([65 + i]) * 200_000 for i in range(20)]
    write_bytes(path, versions[0])
    seen, is_over = [], threading.Event()

    def read():
        while not is_over.is_set():
            seen.append(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for version in versions:
        write_bytes(path, version)
    is_over.set()
    reader.join()
    assert seen
    assert set(seen) <= set(versions)


# A run


def test_settings_come_back_as_they_were(tmp_path):
    model, training = small_model("mlp", double_softmax=True), short_training(steps=None, seed=4)
    run = create_run(tmp_path, model, training, ("a", "ü", "c"), "photo")
    config = Run(run.path).config()
    assert (config.model, config.training) == (model, training)
    assert config.class_names == ("a", "ü", "c")
    assert config.preparation == "photo"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", config.created)
    assert run.status()["state"] == "queued"
    assert run.origin == "trained"
    assert run.result() is None
    assert run.weights_stamp() == 0


def test_what_was_assumed_of_the_data_comes_back_and_an_old_run_has_none(tmp_path):
    old = make_run(tmp_path)
    assert "notes" not in (old.path / "config.json").read_text()
    assert old.config().notes == ()
    notes = ("x_train lies in 0..1.02.", "Labels are 1 to 3.")
    settings = small_model(), short_training(), NAMES, "mnist"
    assert create_run(tmp_path, *settings, notes=notes).config().notes == notes


def test_how_figures_stand_comes_back_as_it_was(tmp_path):
    look = Look((245,), (30,), 5.5, (5.0, 6.0), (4.0, 4.25), False, 0.75)
    run = create_run(
        tmp_path, small_model(), short_training(), ("a", "b", "c"), "dark_ink", look=look
    )
    assert Run(run.path).config().look == look
    old = create_run(tmp_path, small_model(), short_training(), ("a", "b", "c"), "mnist", "old")
    assert "look" not in json.loads((old.path / "config.json").read_text())["data"]
    assert Run(old.path).config().look is None


@pytest.mark.parametrize("name", ["dpn", "residual", "mlp"])
def test_weights_come_back_as_they_were(tmp_path, name):
    run, trainer = whole_run(tmp_path, name=name)
    assert same_tensors(run.load_checkpoint(), trainer.state())
    model = run.load_model()
    assert not model.training
    assert same_tensors(dict(model.state_dict()), dict(trainer.model.state_dict()))
    images = torch.rand(2, 1, 8, 8)
    assert torch.equal(model(images), trainer.model.eval()(images))


def test_the_stamp_changes_with_the_weights(tmp_path):
    run, trainer = whole_run(tmp_path)
    stamps = {run.weights_stamp()}
    for _ in range(3):
        run.save_checkpoint(trainer.state())
        stamps.add(run.weights_stamp())
    assert len(stamps) == 4
    assert 0 not in stamps


def test_the_stamp_of_answers_changes_with_the_weights_and_with_what_doubts_them(tmp_path):
    run, trainer = whole_run(tmp_path)
    stamps = {run.answers_stamp()}
    for content in (b"one", b"another"):
        write_bytes(run.path / DOUBT, content)
        stamps.add(run.answers_stamp())
    run.save_checkpoint(trainer.state())
    stamps.add(run.answers_stamp())
    assert len(stamps) == 4


def test_metrics_are_appended_a_line_each(tmp_path):
    run = make_run(tmp_path)
    records = [{"kind": "step", "step": step, "loss": 0.1 + 0.2} for step in range(3)]
    for record in records:
        run.append(record)
    lines = (run.path / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == records


def test_a_line_cut_off_by_a_crash_does_not_swallow_the_next(tmp_path):
    run = make_run(tmp_path)
    run.append({"kind": "step", "step": 1})
    with open(run.path / "metrics.jsonl", "a") as file:
        file.write('{"kind": "step", "st')
    run.append({"kind": "resume", "step": 0})
    lines = (run.path / "metrics.jsonl").read_text().splitlines()
    assert json.loads(lines[0]) == {"kind": "step", "step": 1}
    assert json.loads(lines[-1]) == {"kind": "resume", "step": 0}


def test_the_result_is_there_once_it_is_written(tmp_path):
    run = make_run(tmp_path)
    run.set_result(RESULT)
    assert run.result() == RESULT
    run.set_result(RESULT | {"test_loss": 6.8e29})  # nearly diverged
    assert run.result()["test_loss"] == 6.8e29


# Whether it is under way


@pytest.mark.parametrize("state", ["queued", "running", "paused"])
def test_a_run_whose_process_is_gone_reads_as_interrupted(tmp_path, state):
    run = make_run(tmp_path)
    run.set_status(state, "words", step=3, total_steps=6)
    status = run.status()
    assert (status["state"], status["message"]) == (state, "words")
    assert (status["step"], status["total_steps"]) == (3, 6)
    raw = json.loads((run.path / "status.json").read_text())
    write_json(run.path / "status.json", {**raw, "pid": dead_pid()})
    assert run.status()["state"] == "interrupted"
    assert "resumed" in run.status()["message"]


@pytest.mark.parametrize("state", ["stopped", "finished", "failed"])
def test_a_run_that_is_over_stays_what_it_was(tmp_path, state):
    run = make_run(tmp_path)
    run.set_status(state, step=3, total_steps=6)
    raw = json.loads((run.path / "status.json").read_text())
    write_json(run.path / "status.json", {**raw, "pid": dead_pid()})
    assert run.status()["state"] == state


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc")
def test_another_process_that_got_the_old_number_is_not_mistaken_for_it(tmp_path):
    """In a container the same numbers come back after each start."""
    run = make_run(tmp_path)
    raw = json.loads((run.path / "status.json").read_text())
    write_json(run.path / "status.json", {**raw, "started": raw["started"] - 1})
    assert run.status()["state"] == "interrupted"


@pytest.mark.parametrize("pid", [None, "1", True, 0, -1, 1.0, 10**30, [1]])
def test_a_number_that_no_process_has_reads_as_interrupted(tmp_path, pid):
    run = make_run(tmp_path)
    raw = json.loads((run.path / "status.json").read_text())
    write_json(run.path / "status.json", {**raw, "state": "running", "pid": pid})
    assert run.status()["state"] == "interrupted"


def test_a_training_on_another_machine_goes_on_as_long_as_it_writes(tmp_path):
    """Its processes cannot be seen from here, but its files can."""
    run = make_run(tmp_path)
    raw = json.loads((run.path / "status.json").read_text())
    other = {**raw, "state": "running", "pid": dead_pid(), "host": "another-machine"}
    write_json(run.path / "status.json", other)
    assert run.status()["state"] == "running"
    assert runs_under_way(tmp_path) == [run]
    long_ago = time.time() - 2 * SILENCE
    for file in run.path.iterdir():
        os.utime(file, (long_ago, long_ago))
    assert run.status()["state"] == "interrupted"
    run.append({"kind": "step"})
    assert run.status()["state"] == "running"


def test_another_living_process_is_respected(tmp_path):
    run = make_run(tmp_path)
    script = "import sys; from dpn.runs.run import Run; from pathlib import Path; "
    script += "Run(Path(sys.argv[1])).set_status('running', step=2, total_steps=6); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(run.path)], stdin=subprocess.PIPE
    ) as process:
        until(lambda: run.status()["step"] == 2)
        assert run.status()["pid"] == process.pid
        assert run.status()["state"] == "running"
        process.communicate(b"\n")
    assert run.status()["state"] == "interrupted"


# Damage


def all_readers(run):
    """Every way to read a run."""
    return (
        run.config,
        run.status,
        run.result,
        run.load_checkpoint,
        run.load_model,
        run.weights_stamp,
    )


def read_all(run):
    """Read all of a run; return the sentences of what cannot be read."""
    sentences = []
    for reader in all_readers(run):
        try:
            reader()
        except RunError as error:
            sentences.append(str(error))
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in sentences)
    return sentences


def edit(path, change):
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


DAMAGED_CONFIGS = {
    "an unknown key": (lambda c: c["model"].update(sates=3), "did you mean 'states'"),
    "a bad value": (lambda c: c["training"].update(epochs=-1), "epochs must be"),
    "a huge number": (lambda c: c["training"].update(epochs=10**400), "epochs must be"),
    "a newer format": (lambda c: c.update(format=2), "format 2, this version reads 1"),
    "no format": (lambda c: c.pop("format"), "format None"),
    "no model": (lambda c: c.pop("model"), "missing or misplaced"),
    "a list for a model": (lambda c: c.update(model=[1]), "damaged"),
    "null for a model": (lambda c: c.update(model=None), "missing or misplaced"),
    "data of text": (lambda c: c.update(data="x"), "missing or misplaced"),
    "no class names": (lambda c: c["data"].pop("class_names"), "missing or misplaced"),
    "a word for names": (lambda c: c["data"].update(class_names="abc"), "missing or misplaced"),
    "a name too few": (lambda c: c["data"]["class_names"].pop(), "2 class names for 3 classes"),
    "notes of numbers": (lambda c: c["data"].update(notes=[3]), "missing or misplaced"),
    "a word for notes": (lambda c: c["data"].update(notes="abc"), "missing or misplaced"),
    "half a look": (lambda c: c["data"].update(look={"ground": [0]}), "look has an entry missing"),
    "another preparation": (lambda c: c["data"].update(preparation="fax"), "preparation"),
}


@pytest.mark.parametrize("kind", list(DAMAGED_CONFIGS))
def test_a_damaged_config_is_refused_in_a_sentence(tmp_path, kind):
    run, _ = whole_run(tmp_path)
    change, words = DAMAGED_CONFIGS[kind]
    edit(run.path / "config.json", change)
    with pytest.raises(RunError) as caught:
        run.config()
    assert run.id in str(caught.value)
    assert words in str(caught.value)
    assert caught.value.args[0].endswith(("Train again.", "or train again."))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", '"a"', "[" * 100_000, "\udcff"])
@pytest.mark.parametrize("name", ["config.json", "status.json", "result.json"])
def test_a_file_that_is_no_json_object_is_refused_in_a_sentence(tmp_path, name, text):
    run, _ = whole_run(tmp_path)
    (run.path / name).write_bytes(text.encode(errors="surrogateescape"))
    reader = {"config.json": run.config, "status.json": run.status, "result.json": run.result}
    with pytest.raises(RunError, match=re.escape(name)):
        reader[name]()


@pytest.mark.parametrize(
    "status", [{}, {"state": 3}, {"state": "dancing"}, {"state": ["running"]}, {"state": None}]
)
def test_a_status_without_a_state_is_refused(tmp_path, status):
    run = make_run(tmp_path)
    write_json(run.path / "status.json", status)
    with pytest.raises(RunError, match=r"status.json"):
        run.status()


@pytest.mark.parametrize("result", [{}, {"test_accuracy": "good"}, {"test_accuracy": None}])
def test_a_result_without_a_score_is_refused(tmp_path, result):
    run = make_run(tmp_path)
    write_json(run.path / "result.json", result)
    with pytest.raises(RunError, match=r"result.json"):
        run.result()


@pytest.mark.parametrize("name", ["checkpoint.safetensors", "weights.safetensors"])
def test_weights_cut_short_or_garbled_are_refused_in_a_sentence(tmp_path, name):
    run, _ = whole_run(tmp_path)
    whole = (run.path / name).read_bytes()
    read = run.load_checkpoint if name.startswith("check") else run.load_model
    for damaged in (
        b"",
        whole[:7],
        whole[:100],
        whole[:-1],
        b"\0" * 50,
        b"\xff" * 50,
        whole + b"x",
    ):
        (run.path / name).write_bytes(damaged)
        with pytest.raises(RunError, match=f"{name} of run {run.id!r} is damaged"):
            read()
    (run.path / name).unlink()
    with pytest.raises(RunError, match="before its first checkpoint"):
        read()


def test_weights_of_another_model_are_refused(tmp_path):
    run, _ = whole_run(tmp_path)
    other, _ = whole_run(tmp_path, name="mlp")
    (run.path / "weights.safetensors").write_bytes(
        (other.path / "weights.safetensors").read_bytes()
    )
    with pytest.raises(RunError, match=r"do not fit its config.json"):
        run.load_model()


def test_a_config_of_a_monstrous_model_does_not_take_the_memory(tmp_path):
    """One digit too many in config.json would ask for 17 GB before the weights are compared."""
    run, _ = whole_run(tmp_path)
    edit(run.path / "config.json", lambda c: c["model"].update(states=4096, decisions=256))
    with pytest.raises(RunError, match=r"do not fit its config.json"):
        run.load_model()


NAMES_OF_FILES = (
    "config.json",
    "status.json",
    "result.json",
    "checkpoint.safetensors",
    "weights.safetensors",
)


@pytest.fixture(scope="module")
def shared_run(tmp_path_factory):
    """One whole run, and the bytes of its files."""
    run, _ = whole_run(tmp_path_factory.mktemp("runs"))
    run.set_result(RESULT)
    return run, {name: (run.path / name).read_bytes() for name in NAMES_OF_FILES}


@hypothesis_settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(NAMES_OF_FILES),
    cut=st.floats(0, 1),
    at=st.floats(0, 1, exclude_max=True),
    new=st.binary(min_size=0, max_size=6),
    anything=st.none() | st.binary(max_size=60),
)
def test_whatever_the_bytes_the_answer_is_a_value_or_a_sentence(
    shared_run, name, cut, at, new, anything
):
    run, whole = shared_run
    for other, data in whole.items():
        (run.path / other).write_bytes(data)
    data = bytearray(whole[name])
    place = int(at * min(len(data), 1500))  # mostly in the header, which is what is parsed
    data[place : place + len(new)] = new
    data = data[: round(cut * len(data))] if cut < 0.5 else data
    (run.path / name).write_bytes(bytes(data) if anything is None else anything)
    read_all(run)


# Making, listing, finding


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
    assert re.fullmatch(r"\d{8}-\d{6}-\d{3}-zzz-residual-[0-9a-f]{4}", ids[0])


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


def test_a_file_that_has_not_changed_is_read_once(tmp_path):
    file, asked = tmp_path / "a.json", []

    def read(path):
        asked.append(path)
        return json.loads(path.read_text())

    file.write_text("[1]")
    assert [unchanged(file, read), unchanged(file, read)] == [[1], [1]]
    assert len(asked) == 2  # it is so young that it may change once more and not tell
    os.utime(file, (1, 1))
    assert unchanged(file, read) is unchanged(file, read)
    assert len(asked) == 3
    write_bytes(file, b"[2]")  # of the same size, and as old: another file stands there
    os.utime(file, (1, 1))
    assert unchanged(file, read) == [2]
    file.write_text("no")
    os.utime(file, (2, 2))
    for _ in range(2):
        with pytest.raises(json.JSONDecodeError):
            unchanged(file, read)
    file.unlink()
    with pytest.raises(FileNotFoundError):
        unchanged(file, read)
