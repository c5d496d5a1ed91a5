"""A model as one ONNX file that answers and accounts for its answer, checked before it leaves."""

from __future__ import annotations

import importlib.util
import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dpn.errors import RunError
from dpn.export.card import heading, measured_here, model_card
from dpn.runs.chain import lessons_of
from dpn.runs.run import Run

if TYPE_CHECKING:
    from dpn.models.base import Classifier

#: The operator set, and the packages that make and check a file: with others it has not been tried.
OPSET = 20
PACKAGES = {"onnx": "1.23.2", "onnxscript": "0.7.2", "onnxruntime": "1.32.0"}
#: Of the largest logit, or of 1 if all are smaller: how far the file may be from the model, and the
#: contributions from the logit.
LOGITS_OFF, SUM_OFF = 1e-4, 1e-3
#: Images of noise that are answered by both, in batches of other sizes than the one it was made of.
CHECKED = (1, 31)
#: Parts of the largest model: each is some thirty nodes of the graph.
MOST_PARTS = 256


def to_onnx(run: Run, data_dir: Path, runs_dir: Path) -> bytes:
    """Return the file, with all weights in it.

    Its input is ``pixels`` uint8 (B, C, H, W), for any B. Its outputs are ``logits`` (B, K),
    ``probabilities`` (B, K) and ``contributions`` (B, K, T), whose T terms add up to the logit.
    What they are called, the names of the classes and the model card are in its metadata.

    Raises:
        RunError: packages are missing, the run has no usable weights or too many parts, or the
            file does not say what the model says.
    """
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        wanted = " ".join(f"{name}=={version}" for name, version in PACKAGES.items())
        raise RunError(
            f"ONNX needs packages that are not installed here. Install them and export again: "
            f"pip install {wanted}"
        )
    config, model = run.config(), run.load_model()
    parts = getattr(model, "part_count", 0)
    if parts > MOST_PARTS:
        raise RunError(
            f"Run {run.id!r} cuts its images into {parts:,} parts, ONNX takes {MOST_PARTS}. Train "
            "one with larger parts (part_size), or export it as html."
        )
    from dpn.export.layers import check_grown, terms_in

    check_grown(model)
    proto = _graph_of(model)
    # Whoever made the file has put the paths of its source code, and lines of it, at each node.
    for node in proto.graph.node:
        del node.metadata_props[:]
    del proto.graph.metadata_props[:]
    del proto.graph.value_info[:]
    proto.doc_string = heading(run, config)
    card = model_card(run, measured_here(run, data_dir), lessons_of(run, runs_dir), "onnx")
    told = {
        "classes": json.dumps(config.class_names),
        "terms": json.dumps([term.name for term in terms_in(config.model)]),
        "preparation": config.preparation,
        "model_card": card,
    }
    for key, value in told.items():
        proto.metadata_props.add(key=key, value=value)
    data: bytes = proto.SerializeToString()
    _check(data, model)
    return data


def _graph_of(model: Classifier) -> Any:
    """Return the graph as a ModelProto."""
    import torch

    from dpn.export.onnx_graph import Accounted

    example = torch.zeros(2, *model.config.image_shape, dtype=torch.uint8)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # of its own parts that will change
        made = torch.onnx.export(
            Accounted(model).eval(),
            (example,),
            dynamo=True,
            opset_version=OPSET,
            input_names=["pixels"],
            output_names=["logits", "probabilities", "contributions"],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            verbose=False,
        )
    assert made is not None
    return made.model_proto


def _check(data: bytes, model: Classifier) -> None:
    """Answer images with the file and with the model.

    Raises:
        RunError: they do not agree.
    """
    import onnxruntime
    import torch

    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    for count in CHECKED:
        pixels = rng.integers(0, 256, (count, *model.config.image_shape), np.uint8)
        logits, _, contributions = session.run(None, {"pixels": pixels})
        with torch.no_grad():
            wanted = model(torch.from_numpy(pixels).float() / 255).numpy()
        scale = max(1.0, float(np.abs(wanted).max()))
        off = float(np.abs(logits - wanted).max())
        unaccounted = float(np.abs(contributions.sum(axis=2) - logits).max())
        if not (off <= LOGITS_OFF * scale and unaccounted <= SUM_OFF * scale):
            raise RunError(
                f"The ONNX file is not what the model is: its logits are off by {off:.1g}, its "
                f"sums by {unaccounted:.1g}. Nothing was written; export it as html or a bundle."
            )
