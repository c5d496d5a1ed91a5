"""A model as one web page that answers by itself, opened from disk and without a network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from dpn.errors import RunError
from dpn.evaluation.scores import accuracy_words
from dpn.export.card import heading
from dpn.language import CODE, speaking
from dpn.pictures.files import input_spec
from dpn.runs.config import RunConfig
from dpn.runs.result import answered
from dpn.runs.run import Run

#: What the page is made of: its words, its look, and its scripts, in the order they are run.
PAGE = Path(__file__).parent / "page"
SCRIPTS = ("ink.js", "prepare.js", "model.js", "page.js")
#: Numbers of the largest model that becomes a page; it would have 85 MB.
MOST_NUMBERS = 16_000_000


def to_html(run: Run, data_dir: Path, runs_dir: Path) -> bytes:  # noqa: ARG001 - as all makers
    """Return the page.

    Raises:
        RunError: the run has no usable weights, or too many.
    """
    from dpn.export.layers import band_of, layers_of, terms_in

    config, model = run.config(), run.load_model()
    layers = layers_of(model)
    size = sum(tensor.size for tensor in layers.tensors.values())
    if size > MOST_NUMBERS:
        raise RunError(
            f"Run {run.id!r} has {size:,} numbers, a web page takes {MOST_NUMBERS:,}. Export it as "
            "onnx instead."
        )
    places, start = {}, 0
    for name, tensor in layers.tensors.items():
        places[name] = (start, tensor.size)
        start += tensor.size
    numbers = np.concatenate([tensor.ravel() for tensor in layers.tensors.values()])
    settings = config.model
    description: dict[str, Any] = {
        "title": heading(run, config),
        "about": _about(run, config),
        "classes": config.class_names,
        "input": _input(config),
        "kind": settings.model,
        "parts": settings.parts,
        "partSize": getattr(model, "part_size", 0),  # an "mlp" has none
        "shared": settings.rewards == "shared",
        "states": settings.states,
        "decisions": settings.decisions,
        "operator": settings.operator,
        "temperature": settings.temperature,
        "band": band_of(settings),
        "encoder": layers.encoder,
        "terms": [{"name": term.name, "box": term.box} for term in terms_in(settings)],
        "tensors": places,
    }
    weights = base64.b64encode(numbers.astype("<f4").tobytes()).decode()
    return _page(description, weights).encode()


def _input(config: RunConfig) -> dict[str, Any]:
    spec = input_spec(config)
    return {
        "channels": spec.channels,
        "height": spec.height,
        "width": spec.width,
        "preparation": spec.preparation,
        "figures": spec.figures.to_dict() if spec.figures else None,
    }


@speaking(CODE)
def _about(run: Run, config: RunConfig) -> str:
    """Say how good the model is, and what the page does not do that the lab does."""
    always = "It names one of its classes whatever it is shown: only the lab says when none fits."
    result = run.result()
    if not result:
        return f"{len(config.class_names)} classes. {always}"
    count, _ = answered(result)
    digits = accuracy_words(result["test_accuracy"], count, 2)
    of = "" if " of " in digits else f" of {count:,}"
    return f"Right on {digits}{of} test images. {always}"


def _page(description: dict[str, Any], weights: str) -> str:
    """Fill the page in. What runs on it is named by its hash, and it may fetch nothing at all."""
    style = (PAGE / "page.css").read_text(encoding="utf-8")
    scripts = [(PAGE / name).read_text(encoding="utf-8") for name in SCRIPTS]
    # Of the characters that could end a script too early none is left.
    described = json.dumps(description).replace("<", "\\u003c")
    policy = "; ".join(
        (
            "default-src 'none'",
            "img-src data: blob:",
            f"style-src {_hash(style)}",
            f"script-src {' '.join(map(_hash, scripts))}",
        )
    )
    parts = {
        "policy": policy,
        "title": html.escape(description["title"]),
        "style": style,
        "model": described,
        "weights": weights,
        "scripts": "\n".join(f"<script>{script}</script>" for script in scripts),
    }
    whole = (PAGE / "page.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda mark: parts[mark[1]], whole)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
