"""Which settings of runs differ, and what their files tell."""

import dataclasses

import pytest

from dpn.models.config import ModelConfig
from dpn.runs.config import RunConfig
from dpn.runs.differences import differences
from dpn.runs.facts import read_facts
from dpn.runs.run import SHIPPED, Run
from dpn.runs.start import create_run
from dpn.sweeps.record import words_of
from tests.helpers import NAMES, RESULT, short_training, small_frames, small_model


def config(model="dpn", names=NAMES, lesson=None, **changes):
    architecture = small_model(model)
    settings = dataclasses.fields(ModelConfig)
    of_model = {field.name for field in settings} & changes.keys()
    training = short_training(**{k: v for k, v in changes.items() if k not in of_model})
    architecture = architecture.replace(**{k: changes[k] for k in of_model})
    return RunConfig(architecture, training, names, "mnist", "2026-11-28T10:00:00+00:00", lesson)


def test_of_equal_settings_nothing_is_told_and_of_others_all():
    assert differences([config(), config(), config()]) == {}
    assert differences([config(), config(track="wandb")]) == {"track": ["–", "wandb"]}
    found = differences([config(), config(states=8, learning_rate=0.1, balanced=True)])
    assert found == {
        "states": ["4", "8"],
        "learning rate": ["0.02", "0.1"],
        "balanced": ["no", "yes"],
    }


def test_settings_that_differ_far_behind_the_point_are_told_apart():
    found = differences([config(learning_rate=0.03), config(learning_rate=0.030000001)])
    assert found == {"learning rate": ["0.03", "0.030000001"]}
    assert [words_of(value) for value in (0.03, 0.030000001)] == ["0.03", "0.030000001"]


def test_what_means_nothing_to_a_run_is_a_dash_there():
    found = differences([config(), config("mlp", hidden=16), config("mlp")])
    assert found["model"] == ["dpn", "mlp", "mlp"]
    assert found["states"] == ["4", "–", "–"]
    assert found["hidden"] == ["–", "16", "8"]
    assert "encoder" not in found
    assert "temperature" not in found


def test_how_series_are_varied_is_told_and_what_no_planner_reads_is_not():
    training = short_training(augmentation="warp")
    mine = RunConfig(small_frames(), training, NAMES, "", "2026-11-28T10:00:00+00:00")
    found = differences([mine, dataclasses.replace(mine, training=short_training())])
    assert found == {"augmentation": ["warp", "none"]}
    plans = dataclasses.replace(mine, model=ModelConfig("planner", classes=3))
    other = plans.model.replace(states=8, transitions="stochastic", decisions=8)
    assert differences([plans, dataclasses.replace(plans, model=other)]) == {
        "decisions": ["4", "8"]
    }


def test_what_pictures_are_like_is_told_of_pictures_alone():
    words = RunConfig(
        ModelConfig("words"), short_training(), NAMES, "", "2026-11-28T10:00:00+00:00"
    )
    found = differences([config(channels=3), words])
    told = {name: found[name] for name in ("image", "colour", "pictures")}
    assert told == {"image": ["8×8", "–"], "colour": ["colour", "–"], "pictures": ["mnist", "–"]}
    items = dataclasses.replace(words, model=ModelConfig("items"))
    assert not {"image", "colour", "pictures"} & differences([words, items]).keys()


def test_other_data_classes_and_lessons_are_told():
    lesson = {"parent": "before", "method": "full", "new_classes": 0}
    others = ("left", "right", "middle")
    found = differences([config(), config(names=others, lesson=lesson, dataset="other")])
    assert found["data set"] == ["small", "other"]
    assert found["taught"] == ["no", "from before"]
    assert found["class names"] == ["left, middle, right", "left, right, middle"]
    many = tuple(f"class {i}" for i in range(30))
    swapped = (*many[:28], many[29], many[28])
    long = differences([config(names=many), config(names=swapped)])["class names"]
    assert long[0] != long[1]


def test_a_run_is_told_as_far_as_its_files_go(tmp_path):
    run = create_run(tmp_path, small_model(), short_training(), NAMES, "mnist")
    empty = read_facts(run)
    assert empty.steps is empty.seconds is empty.test_accuracy is empty.validation_accuracy is None
    for step in (1, 2):
        row = {"loss": 1.0, "accuracy": 0.5, "seconds": step / 4}
        run.append({"kind": "step", "step": step, **row, "learning_rate": 1, "examples": step})
        run.append({"kind": "validation", "step": step, **row, "accuracy": step / 5})
    facts = read_facts(run)
    assert (facts.steps, facts.seconds, facts.validation_accuracy) == (2, 0.5, 0.4)
    run.set_result(RESULT)
    run.set_status("finished", step=2, total_steps=2)
    facts = read_facts(run)
    assert (facts.state, facts.seconds, facts.test_accuracy, facts.test_images) == (
        ("finished", 2.0, 0.5, 4)
    )
    assert not facts.problem


@pytest.mark.parametrize("name", ["status.json", "result.json"])
def test_a_damaged_file_is_a_problem_and_hides_no_other(tmp_path, name):
    run = create_run(tmp_path, small_model(), short_training(), NAMES, "mnist")
    run.set_result(RESULT)
    (run.path / name).write_text("{")
    facts = read_facts(run)
    assert name in facts.problem
    assert facts.test_accuracy is None


def test_a_shipped_run_has_facts():
    facts = read_facts(Run(SHIPPED / "shipped-mnist-dpn"))
    assert facts.state == "finished"
    assert facts.test_images == 10_000
    assert facts.seconds > 1
