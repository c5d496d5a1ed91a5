"""The verb ``explain``: accounts of files that add up, and questions that cannot be answered."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from dpn import settings
from dpn.__main__ import main
from dpn.models.build import build_model
from dpn.runs.start import create_run
from tests.helpers import short_training, small_model

NAMES = ("one", "seven", "nine")
LINES = ("bias", "smoothing", "readout")


def make_run(name="dpn", names=NAMES, run_id="it", **changes):
    """Return a run whose weights are random, biases too."""
    config = small_model(name, classes=len(names), **changes)
    run = create_run(settings.runs_dir(), config, short_training(), names, "mnist", run_id)
    model = build_model(config, seed=1)
    with torch.no_grad():
        for weight in model.parameters():
            weight += 0.5 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(2))
    run.save_checkpoint({f"model.{key}": value for key, value in model.state_dict().items()})
    return run


@pytest.fixture
def files(tmp_path):
    """A folder with two drawings, dark on light, and a file that is no image between them."""
    folder = tmp_path / "drawings"
    folder.mkdir()
    for name, column in (("a", 40), ("c", 60)):
        paper = np.full((100, 100), 255, np.uint8)
        paper[20:80, column : column + 9] = 0
        paper[20:29, 20:column] = 0
        Image.fromarray(paper).save(folder / f"{name}.png")
    (folder / "b.png").write_bytes(b"nothing of the kind")
    return folder


def answers(capsys, *arguments):
    """Run the verb with --json and return what each line holds."""
    code = main(["explain", *map(str, arguments), "--json"])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == any("error" in answer for answer in found)
    return found


@pytest.mark.parametrize("operator", ["hard", "soft", "sparse"])
@pytest.mark.parametrize("name", ["dpn", "residual"])
def test_the_terms_of_each_file_add_up_to_its_logit(name, operator, files, capsys):
    make_run(name, operator=operator, part_size=2 if name == "dpn" else 1)
    first, broken, last = answers(capsys, "it", files)
    assert broken.keys() == {"file", "error"}
    assert "b.png" in broken["error"]
    for answer, file in ((first, "a.png"), (last, "c.png")):
        assert answer.keys() == {"file", "label", "logit", "contributions", *LINES}
        assert answer["file"] == str(files / file)
        assert len(answer["contributions"]) == (4 if name == "dpn" else 2)
        total = sum(answer["contributions"]) + sum(answer[line] for line in LINES)
        assert total == pytest.approx(answer["logit"], rel=1e-4, abs=1e-4)
        assert (answer["smoothing"] == 0) == (operator == "hard")


def test_it_explains_the_answer_of_predict_or_the_class_that_is_named(files, capsys):
    make_run()
    drawing = files / "a.png"
    (answer,) = answers(capsys, "it", drawing)
    logits = {}
    for name in NAMES:
        (named,) = answers(capsys, "it", drawing, "--target", name)
        assert named["label"] == name
        logits[name] = named["logit"]
    assert main(["predict", "it", str(drawing), "--json"]) == 0
    predicted = json.loads(capsys.readouterr().out)
    assert answer["label"] == predicted["label"] == max(logits, key=logits.get)
    weights = np.exp([logits[name] for name in NAMES])
    expected = [predicted["probabilities"][name] for name in NAMES]
    np.testing.assert_allclose(weights / weights.sum(), expected, atol=1e-5)


def test_without_json_it_is_a_table(files, capsys):
    make_run()
    (answer,) = answers(capsys, "it", files / "a.png")
    assert main(["explain", "it", str(files)]) == 1
    out, err = capsys.readouterr()
    first, *rows = out.splitlines()
    assert first == f"{files / 'a.png'}\t{answer['label']}"
    names = ["rows 1-2", "rows 3-4", "rows 5-6", "rows 7-8", *LINES, "logit"]
    values = [*answer["contributions"], *(answer[name] for name in (*LINES, "logit"))]
    for row, name, value in zip(rows, names, values, strict=False):
        assert row.split() == [*name.split(), f"{value:+.3f}"]
    assert err.startswith(f"dpn explain: {files / 'b.png'}: b.png")
    assert len(rows) == 2 * len(names) + 1


def test_of_nothing_but_broken_files_each_is_told(files, capsys):
    make_run()
    missing = files / "none.png"
    assert main(["explain", "it", str(files / "b.png"), str(missing), "--json"]) == 2
    broken, absent = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert "error" in broken
    assert absent == {"file": str(missing), "error": absent["error"]}


@pytest.mark.parametrize(
    ("name", "names", "arguments", "said"),
    [
        ("dpn", NAMES, ["--target", "nien"], "one, seven, nine, got 'nien'; did you mean 'nine'?"),
        ("dpn", tuple(map(str, range(30))), ["--target", "x"], "18, 19, ..., got 'x'"),
        ("mlp", NAMES, [], "Run 'it' is an mlp, which has no parts"),
    ],
)
def test_what_cannot_be_explained_ends_with_2_and_one_line(
    name, names, arguments, said, files, capsys
):
    make_run(name, names)
    assert main(["explain", "it", str(files), *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("dpn explain: ")
    assert captured.err.count("\n") == 1
    assert said in captured.err
