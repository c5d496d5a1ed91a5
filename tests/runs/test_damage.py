"""Damaged runs are refused in a sentence, whatever their bytes are."""

import json
import re

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dpn.errors import RunError
from dpn.runs.files import write_json
from tests.helpers import (
    RESULT,
)
from tests.runs.made import make_run, whole_run


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
    run.set_status("finished", step=6, total_steps=6)
    with pytest.raises(RunError, match=f"{name} of run {run.id!r} is gone: it was deleted"):
        read()
    run.set_status("stopped", step=0, total_steps=6)
    with pytest.raises(RunError, match="before its first checkpoint. Let it train on"):
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
