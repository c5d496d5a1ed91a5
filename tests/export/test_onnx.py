"""An ONNX file answers as the model does, and its contributions are those of the account."""

import importlib.util
import json
import re
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from dpn.errors import RunError
from dpn.explain.account import account
from dpn.explain.exact import explain
from dpn.export import onnx_file
from dpn.export.onnx_file import OPSET, PACKAGES, to_onnx
from tests.export.runs import made_run
from tests.helpers import small_model, write_npz

ROOT = Path(__file__).parents[2]
MODELS = {
    "hard": {},
    "soft columns": {
        "operator": "soft", "temperature": 0.3, "parts": "columns", "rewards": "shared",
    },
    "sparse": {"operator": "sparse", "temperature": 2.0, "transitions": "stochastic"},
    "residual": {
        "model": "residual", "encoder": "direct", "encoder_blocks": 2, "channels": 3,
        "operator": "sparse", "parts": "patches", "height": 12, "width": 10,
    },
    "mlp": {"model": "mlp", "height": 12},
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_a_file_is_the_model_and_its_account(tmp_path, monkeypatch, name):
    """To make a file takes seconds: all that holds of it is seen at once."""
    if name == "hard":  # so that its card says how right it is
        write_npz(tmp_path)
    run = made_run(tmp_path, model=small_model(**{"part_size": 4, **MODELS[name]}))
    data = to_onnx(run, tmp_path, tmp_path)
    answers_and_accounts(data, run)
    if name == "hard":
        file = onnx.load_from_string(data)
        tells_its_calibration_and_how_to_use_it(data, file, tmp_path, monkeypatch)
        does_not_leave_for_another_model(file, run, tmp_path, monkeypatch)


def answers_and_accounts(data, run):
    model, config = run.load_model(), run.config().model
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    pixels = np.random.default_rng(3).integers(0, 256, (1_000, *config.image_shape), np.uint8)
    logits, probabilities, terms = session.run(None, {"pixels": pixels})
    with torch.no_grad():
        wanted = model(torch.from_numpy(pixels).float() / 255)
    np.testing.assert_allclose(logits, wanted, atol=1e-4)
    np.testing.assert_allclose(probabilities, torch.softmax(wanted, dim=1), atol=1e-5)
    np.testing.assert_allclose(terms.sum(axis=2), logits, atol=1e-3)
    for target in range(config.classes):
        found = explain(model, pixels[:5], target)
        for index in range(5):
            ours = [term.value for term in account(found, config, index)]
            np.testing.assert_allclose(terms[index, target], ours, atol=1e-4)
    file = onnx.load_from_string(data)
    told = {entry.key: entry.value for entry in file.metadata_props}
    assert json.loads(told["terms"]) == [term.name for term in account(found, config)]
    assert json.loads(told["classes"]) == ["left", "middle", "right"]
    assert told["model_card"].startswith("# small")
    assert 'InferenceSession("there.onnx")' in told["model_card"]
    assert [entry.version for entry in file.opset_import if not entry.domain] == [OPSET]
    assert not any(tensor.external_data for tensor in file.graph.initializer)
    assert b".py" not in data  # no path of this machine leaves with it


def test_what_is_missing_is_said_with_what_to_install(tmp_path, monkeypatch):
    found = importlib.util.find_spec
    hidden = {"onnxscript"}
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in hidden else found(name)
    )
    with pytest.raises(RunError, match=r"pip install onnx==\S+ onnxscript==\S+ onnxruntime=="):
        to_onnx(made_run(tmp_path), tmp_path, tmp_path)


def test_the_pins_are_those_of_the_tests():
    lines = (ROOT / "requirements-dev.txt").read_text().splitlines()
    assert {f"{name}=={version}" for name, version in PACKAGES.items()} <= {
        line.split("#")[0].strip() for line in lines
    }


def test_a_model_of_very_many_parts_is_refused(tmp_path):
    run = made_run(tmp_path, model=small_model(parts="patches", part_size=1, height=20, width=20))
    with pytest.raises(RunError, match=r"400 parts, ONNX takes 256.*html"):
        to_onnx(run, tmp_path, tmp_path)


def tells_its_calibration_and_how_to_use_it(data, file, folder, monkeypatch):
    told = {entry.key: entry.value for entry in file.metadata_props}
    assert "expected calibration error" in told["model_card"]
    code = re.search(r"```python\n(.*?)```", told["model_card"], re.S)[1]
    (folder / "there.onnx").write_bytes(data)
    monkeypatch.chdir(folder)
    used = {}
    exec(code, used)
    assert used["contributions"].shape[:2] == (1, 3)


def does_not_leave_for_another_model(file, run, folder, monkeypatch):
    """A run whose w0 is a little larger, and the graph of the one without."""
    weights = run.load_model().state_dict()
    run.save_weights(weights | {"w0": weights["w0"] + 0.01})
    monkeypatch.setattr(onnx_file, "_graph_of", lambda model: file)
    with pytest.raises(RunError, match=r"not what the model is: its logits are off by 0\.01"):
        to_onnx(run, folder, folder)
