"""A bundle becomes a run that is the same model; a bad one is a sentence and leaves nothing."""

import io
import json
import os
import pickle
import zipfile

import numpy as np
import pytest
import torch

from dpn.errors import ConfigError, RunError
from dpn.export.bundle import to_bundle
from dpn.export.opening import STAGED, open_bundle
from dpn.runs.chain import lessons_of
from dpn.runs.folder import list_runs
from dpn.runs.result import confusion_of, kept_confusion
from dpn.runs.run import SHIPPED, Run
from dpn.runs.title import own_title, set_title
from tests.export.runs import made_run, taught_run
from tests.helpers import RESULT, same_tensors, small_model


@pytest.fixture
def here(tmp_path):
    return tmp_path / "here"


@pytest.fixture
def there(tmp_path):
    return tmp_path / "there"


def bundle(run):
    return to_bundle(run, run.path.parent, run.path.parent)


def changed(data, **files):
    """The archive with files put in place of others; None leaves one out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        kept = {name: old.read(name) for name in old.namelist()}
        for name, content in {
            **kept,
            **{k.replace("__", "."): v for k, v in files.items()},
        }.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def refused(data, runs, words, **how):
    """Opening it raises these words, and leaves the folder as it was."""
    before = sorted(str(path) for path in runs.rglob("*"))
    with pytest.raises(RunError, match=words) as caught:
        open_bundle(data, "mine.zip", runs, **how)
    assert str(caught.value).startswith("mine.zip cannot be opened: ")
    assert "'bundle'" not in str(caught.value)
    assert sorted(str(path) for path in runs.rglob("*")) == before


@pytest.mark.parametrize("kind", ["dpn", "residual", "mlp"])
def test_what_comes_back_is_the_same_model(here, there, kind):
    run = made_run(here, model=small_model(kind, operator="sparse", temperature=0.5))
    set_title(run, "My bars")
    opened = open_bundle(bundle(run), "a.zip", there, owner="b" * 32)
    assert opened.path.parent == there
    assert opened.id != run.id
    assert same_tensors(opened.load_model().state_dict(), run.load_model().state_dict())
    config = opened.config()
    assert config.owner == "b" * 32
    assert config.model == run.config().model
    assert config.created == run.config().created
    assert opened.result() == run.result()
    assert own_title(opened) == "My bars"
    assert opened.status()["state"] == "finished"
    assert [found.id for found in list_runs(there, 5) if found.origin == "trained"] == [opened.id]
    assert os.listdir(there) == [opened.id]


def test_it_can_be_opened_twice_and_leave_again(here, there):
    data = bundle(made_run(here))
    first, second = (open_bundle(data, "a.zip", there) for _ in range(2))
    assert first.id != second.id
    third = open_bundle(bundle(first), "b.zip", there)
    assert same_tensors(third.load_model().state_dict(), second.load_model().state_dict())
    assert third.result() == second.result()


def test_the_chain_of_lessons_is_there_without_its_parents(here, there):
    made_run(here, "first")
    taught_run(here, "parent", "first", images=7)
    opened = open_bundle(bundle(taught_run(here)), "a.zip", there)
    again = open_bundle(bundle(opened), "a.zip", there)
    for run in (opened, again):
        steps = lessons_of(run, there)
        assert [step.taught_from for step in steps] == ["parent", "first"]
        assert [step.lesson["images"] for step in steps] == [3, 7]
        assert all(step.parent is None for step in steps)


@pytest.mark.parametrize("text", ["no", "[]", "{}", '{"lessons": 3}', '{"lessons": [{"a": 1}]}'])
def test_a_damaged_chain_costs_only_what_it_told(here, there, text):
    data = changed(bundle(taught_run(here)), chain__json=text)
    (step,) = lessons_of(open_bundle(data, "a.zip", there), there)
    assert (step.taught_from, step.lesson["images"]) == ("parent", 3)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is no zip"),
        (b"PK\x03\x04 no", "is no zip"),
        (changed(b"PK\x05\x06" + bytes(18), a=b"b"), "holds no config.json, so it is no bundle"),
    ],
)
def test_what_is_no_bundle_is_said_so(here, data, words):
    made_run(here)
    refused(data, here, words)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"config__json": None}, r"holds no config\.json"),
        ({"weights__safetensors": None}, r"holds no weights\.safetensors"),
        ({"config__json": b"{"}, r"config\.json cannot be read\. Export the model again"),
        ({"config__json": b'{"format": 9}'}, "has format 9, this version reads 1"),
        ({"weights__safetensors": b"no"}, r"weights\.safetensors is damaged"),
        ({"weights__safetensors": pickle.dumps({"a": 1})}, "is damaged"),
        ({"result__json": b"{}"}, r"result\.json is damaged"),
    ],
)
def test_a_damaged_bundle_is_one_sentence_and_leaves_nothing(here, files, words):
    refused(changed(bundle(made_run(here)), **files), here, words)


def test_a_folder_that_was_packed_again_is_the_same_bundle(here, there):
    files = zipfile.ZipFile(io.BytesIO(bundle(made_run(here))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("there/", b"")
        for name in files.namelist():
            packed.writestr(f"there/{name}", files.read(name))
            packed.writestr(f"__MACOSX/there/._{name}", b"no")
        packed.writestr(".DS_Store", b"no")
    opened = open_bundle(out.getvalue(), "there.zip", there)
    assert same_tensors(
        opened.load_model().state_dict(), Run(here / "there").load_model().state_dict()
    )
    assert opened.result() == Run(here / "there").result()


@pytest.mark.parametrize(
    "name", ["shipped-questions-words", "shipped-maze-planner", "shipped-strokes-frames"]
)
def test_a_run_of_another_world_is_refused_as_it_is_by_export(here, name):
    made_run(here)
    files = {path.name: path.read_bytes() for path in (SHIPPED / name).iterdir()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for file, content in files.items():
            packed.writestr(file, content)
    refused(out.getvalue(), here, "reads another world than pictures")


def test_weights_of_another_model_or_without_numbers_are_refused(here):
    from safetensors.torch import save

    run = made_run(here)
    other = made_run(here, "other", model=small_model(states=5))
    weights = (other.path / "weights.safetensors").read_bytes()
    refused(changed(bundle(run), weights__safetensors=weights), here, "do not fit its config.json")
    state = run.load_model().state_dict()
    state["b"] = torch.full_like(state["b"], torch.nan)
    data = changed(bundle(run), weights__safetensors=save(state))
    refused(data, here, "numbers that are not finite")
    result = json.loads((run.path / "result.json").read_text())
    result["confusion"] = [[1, 0], [0, 1]]
    data = changed(bundle(run), result__json=json.dumps(result))
    refused(data, here, "other classes")


def test_an_accuracy_that_its_own_table_does_not_bear_out_is_refused(here):
    run = made_run(here)
    better = {**run.result(), "test_accuracy": 0.999}
    data = changed(bundle(run), result__json=json.dumps(better))
    refused(data, here, r"an accuracy of 99\.9%, and its own table 50\.0%\. Export")


def test_a_result_of_very_many_classes_is_one_and_its_table_is_looked_at(here):
    run = made_run(here, model=small_model(classes=101))
    counts = np.diag(np.full(101, 2))
    run.set_result({**RESULT, "test_accuracy": 1.0, "confusion": kept_confusion(counts)})
    opened = open_bundle(bundle(run), "many.zip", here)
    np.testing.assert_array_equal(confusion_of(opened.result()), counts)
    others = ((0.5, 101, r"its own table 100\.0%"), (1.0, 102, "other classes"))
    for accuracy, classes, words in others:
        kept = {**kept_confusion(counts), "classes": classes}
        told = {**run.result(), "test_accuracy": accuracy, "confusion": kept}
        refused(changed(bundle(run), result__json=json.dumps(told)), here, words)


def test_what_pages_read_again_and_again_is_not_large(here):
    """They read settings and result of every run that they offer, for every visitor."""
    run = made_run(here)
    data, long = bundle(run), b" " * (17 * 2**20)
    for name in ("config__json", "metrics__jsonl", "title__json", "chain__json"):
        file = name.replace("__", r"\.")
        refused(changed(data, **{name: long}), here, f"its {file} takes .* are accepted")
    mistakes = run.result()["mistakes"] * 30_000
    many = json.dumps({**run.result(), "mistakes": mistakes})
    refused(changed(data, result__json=many), here, r"result\.json is far larger")


def test_what_a_process_that_was_killed_left_is_removed(here, there):
    old, new = there / f".old{STAGED}", there / f".new{STAGED}"
    for folder in (old, new):
        (folder / "bundle").mkdir(parents=True)
    os.utime(old, (0, 0))
    opened = open_bundle(bundle(made_run(here)), "a.zip", there)
    assert sorted(os.listdir(there)) == sorted([new.name, opened.id])


def test_an_archive_that_unpacks_to_too_much_is_refused(here, monkeypatch):
    data = bundle(made_run(here))
    monkeypatch.setattr("dpn.export.opening.MOST_BYTES", 3_000)
    refused(data, here, r"its weights\.safetensors takes .* are accepted\. Export")


def test_a_model_above_the_limits_is_refused_before_its_weights_are_read(here):
    data = changed(bundle(made_run(here)), weights__safetensors=b"not looked at")

    def check(model):
        raise ConfigError(f"too many for {model.states} states")

    refused(data, here, "too many for 4 states", check=check)


def test_paths_in_the_archive_lead_nowhere(here, there):
    data = changed(bundle(made_run(here)))
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("../../out.txt", "out")
        archive.writestr("more/config.json", "{}")
    opened = open_bundle(out.getvalue(), "a.zip", there)
    names = {path.name for path in opened.path.iterdir()}
    assert names == {"config.json", "weights.safetensors", "result.json", "status.json"}
    assert not list(there.parent.glob("out.txt"))


def test_a_folder_that_cannot_be_written_is_said(here, tmp_path):
    data = bundle(made_run(here))
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(RunError, match="runs folder .* cannot be written"):
        open_bundle(data, "a.zip", tmp_path / "file")
