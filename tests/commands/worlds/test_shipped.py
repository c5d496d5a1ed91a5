"""The shipped runs of texts, series and lists: they answer as they say, and account for it."""

import json

import numpy as np
import pytest
import torch

from dpn.__main__ import main
from dpn.evaluation.evaluate import evaluate, predict_logits
from dpn.evaluation.next_items import quality
from dpn.explain.exact import explain
from dpn.runs.run import SHIPPED, Run
from dpn.training.opening import check_same_data, training_data

WORDS, FRAMES, ITEMS = (
    f"shipped-{name}" for name in ("questions-words", "strokes-frames", "clicks-items")
)


@pytest.mark.parametrize("name", [WORDS, FRAMES, ITEMS])
def test_the_weights_that_are_kept_answer_as_the_run_says_and_each_score_adds_up(name, tmp_path):
    run = Run(SHIPPED / name)
    config, result, model = run.config(), run.result(), run.load_model()
    data = training_data(config.training, tmp_path)
    check_same_data(run, config, data)
    found = evaluate(model, data.x_test, data.y_test)
    assert found.accuracy == pytest.approx(result["test_accuracy"])
    assert found.loss == pytest.approx(result["test_loss"], rel=1e-3)
    if found.places is not None:
        assert quality(found.places)["recall_at_10"] == pytest.approx(result["recall_at_10"])
        assert result["baselines"]
    some = data.x_test[:40]
    told = explain(model, some, contrast=None)
    target = torch.from_numpy(told.target)[:, None]
    logits = predict_logits(model, some).gather(1, target)[:, 0].numpy()
    parts = told.contributions, told.bias, told.smoothing, told.readout
    total = sum(part.reshape(len(some), -1).sum(axis=1) for part in parts)
    np.testing.assert_allclose(total, logits, rtol=1e-4, atol=1e-4)


def asked(capsys, *arguments):
    """What a verb printed as JSON, line by line."""
    assert main([*map(str, arguments), "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_verbs_take_the_shipped_run_of_texts(tmp_path, capsys):
    text = "wake me at seven"
    (answer,) = asked(capsys, "predict", WORDS, "--text", text)
    assert answer["label"] == "alarm"
    (told,) = asked(capsys, "explain", WORDS, "--text", text)
    parts = [*told["contributions"], told["bias"], told["smoothing"], told["readout"]]
    assert sum(parts) == pytest.approx(told["logit"], abs=1e-4)
    (score,) = asked(capsys, "evaluate", WORDS)
    assert score["test_accuracy"] == pytest.approx(
        Run(SHIPPED / WORDS).result()["test_accuracy"], abs=1e-4
    )
    (tmp_path / "lesson.csv").write_text(
        "text,label\ntell grandma I visit her on Sunday,message\n", encoding="utf-8"
    )
    (taught,) = asked(capsys, "teach", WORDS, tmp_path / "lesson.csv")
    assert taught["accuracy_after"] > 0.8
    (answer,) = asked(capsys, "predict", taught["run"], "--text", "Tell grandma I visit her")
    assert answer["label"] == "message"


@pytest.mark.parametrize("name", [WORDS, FRAMES, ITEMS])
def test_what_cannot_be_exported_is_said_in_a_sentence(name, tmp_path, capsys):
    assert main(["export", name, "--as", "bundle", "--out", str(tmp_path)]) == 2
    assert "export takes runs that read pictures" in capsys.readouterr().err
    assert not [*tmp_path.glob("*.zip")]


def test_the_verbs_take_the_shipped_runs_of_series_and_lists(capsys):
    (score,) = asked(capsys, "evaluate", FRAMES)
    assert score["test_accuracy"] > 0.98
    items = Run(SHIPPED / ITEMS).config().class_names[:2]
    (answer,) = asked(capsys, "predict", ITEMS, "--items", ",".join(items))
    assert len(answer["next"]) == 10
    (score,) = asked(capsys, "evaluate", ITEMS)
    assert score["recall_at_10"] == pytest.approx(
        Run(SHIPPED / ITEMS).result()["recall_at_10"], abs=1e-4
    )
