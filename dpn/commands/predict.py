"""The verb predict: image files, and what a run takes them for."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dpn import settings
from dpn.commands.bars import remark
from dpn.commands.worlds.answers import Answer, tell
from dpn.commands.worlds.lists import predict_lists
from dpn.commands.worlds.mazes import check_no_maps
from dpn.commands.worlds.options import check_options
from dpn.commands.worlds.pixels import read_asked
from dpn.commands.worlds.series import predict_series
from dpn.commands.worlds.texts import predict_texts
from dpn.doubt.kept import read_doubt
from dpn.doubt.known import Doubt, claims, is_none
from dpn.errors import ImageError, RunError
from dpn.language import percent
from dpn.names import row
from dpn.runs.config import RunConfig
from dpn.runs.folder import find_run
from dpn.runs.run import Run

if TYPE_CHECKING:
    from dpn.models.base import Classifier


def predict(options: Namespace) -> None:
    """Print one answer a file, in the order of the files."""
    run = find_run(options.run, settings.runs_dir())
    config = run.config()
    check_no_maps(run, config.model.world, "predict")
    check_options(options, run, config.model.world)
    if config.model.world == "text":
        predict_texts(run, config, options)
        return
    if config.model.world == "series":
        predict_series(run, config, options)
        return
    if config.model.world == "list":
        predict_lists(run, config, options)
        return
    tell(_answers(run, config, options), _line, options)


def _answers(run: Run, config: RunConfig, options: Namespace) -> Iterator[Answer]:
    chunks = read_asked(options.files, config, options.kind or "auto", partial(remark, "predict"))
    from dpn.models.devices import pick_device  # torch, while the first files are prepared

    model = run.load_model().to(pick_device())
    doubt, without = _doubt(run)
    for chunk in chunks:
        good = [item.input for _, item in chunk if not isinstance(item, ImageError)]
        answers = iter(_asked(model, doubt, config, np.stack(good)) if good else ())
        for path, item in chunk:
            if isinstance(item, ImageError):
                yield {"file": str(path), "error": str(item)}
            else:
                read = {"read_as": item.kind, "figures": item.figures}
                yield {"file": str(path), **next(answers), **read}
    if without:
        remark("predict", without)


def _doubt(run: Run) -> tuple[Doubt | None, str]:
    """Return what doubts the run's answers, and, where nothing does, a sentence that says so."""
    try:
        doubt = read_doubt(run)
    except RunError as error:
        return None, str(error)
    said = f"run {run.id!r} cannot tell when a picture is none of its classes."
    return doubt, "" if doubt else said


def _asked(
    model: Classifier, doubt: Doubt | None, config: RunConfig, images: npt.NDArray[np.uint8]
) -> list[Answer]:
    """Return the answers to images (N, C, H, W); what may be claimed is P(class) x known."""
    import torch

    from dpn.evaluation.evaluate import ask_whole

    values, logits = ask_whole(model, torch.from_numpy(images))
    probabilities = torch.softmax(logits, dim=1).numpy()
    known = doubt.known(values.numpy(), logits.numpy(), images) if doubt else None
    claimed = claims(probabilities, known)
    return [
        {
            "label": config.class_names[best],
            "known": None if known is None else float(known[i]),
            "claim": float(claimed[i, best]),
            "probability": float(probabilities[i, best]),
            "probabilities": dict(
                zip(config.class_names, map(float, probabilities[i]), strict=True)
            ),
        }
        for i, best in enumerate(probabilities.argmax(axis=1))
    ]


def _line(answer: Answer) -> str:
    count = answer["figures"]
    notes = ["looks like none of the classes"] if is_none(answer["known"]) else []
    if count > 1:
        notes = [f"{count} figures seen, one read"]
    return row(answer["file"], answer["label"], percent(answer["claim"]), *notes)
