"""The verb predict: image files, and what a run takes them for."""

from __future__ import annotations

import json
from argparse import Namespace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from dpn import settings
from dpn.errors import ImageError
from dpn.names import row
from dpn.pictures.files import read_images
from dpn.runs.config import RunConfig
from dpn.runs.folder import find_run


def predict(options: Namespace) -> None:
    """Print one answer a file, in the order of the files."""
    import torch

    from dpn.commands.bars import remark
    from dpn.evaluation.evaluate import predict_logits
    from dpn.models.devices import pick_device

    run = find_run(options.run, settings.runs_dir())
    config = run.config()
    model = run.load_model().to(pick_device())
    for chunk in read_images(options.files, config, options.kind, partial(remark, "predict")):
        good = [item.input for _, item in chunk if not isinstance(item, ImageError)]
        probabilities = iter(
            torch.softmax(predict_logits(model, torch.from_numpy(np.stack(good))), dim=1).numpy()
            if good
            else ()
        )
        for path, item in chunk:
            if isinstance(item, ImageError):
                _print_answer({"file": str(path), "error": str(item)}, options.json)
            else:
                answer = _answer(next(probabilities), config)
                read = {"read_as": item.kind, "figures": item.figures}
                _print_answer({"file": str(path), **answer, **read}, options.json)


def _answer(probabilities: npt.NDArray[np.float32], config: RunConfig) -> dict[str, Any]:
    best = int(probabilities.argmax())
    return {
        "label": config.class_names[best],
        "probability": float(probabilities[best]),
        "probabilities": {
            name: float(value)
            for name, value in zip(config.class_names, probabilities, strict=True)
        },
    }


def _print_answer(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer))
    elif "error" in answer:
        print(row(answer["file"], answer["error"]))
    else:
        count = answer["figures"]
        doubt = [f"{count} figures seen, one read"] if count > 1 else []
        print(row(answer["file"], answer["label"], f"{answer['probability']:.1%}", *doubt))
