"""The verb ``read``: image files of numbers, and what each says."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from functools import partial
from typing import Any

from dpn import settings
from dpn.commands.bars import remark
from dpn.commands.worlds.answers import Answer, tell
from dpn.errors import ImageError
from dpn.language import percent
from dpn.names import listed, row
from dpn.numbers.read import check_reads_digits, read_sheet
from dpn.numbers.reading import SheetRead
from dpn.numbers.sheet import find_sheet
from dpn.pictures.files import find_files, input_spec, open_measured
from dpn.runs.config import RunConfig
from dpn.runs.folder import find_picture_run
from dpn.runs.run import Run


def read(options: Namespace) -> None:
    """Print one reading a file, in the order of the files."""
    run = find_picture_run(options.run, settings.runs_dir(), "read")
    config = run.config()
    check_reads_digits(config.class_names, input_spec(config))
    tell(_answers(run, config, options), _line, options)


def _answers(run: Run, config: RunConfig, options: Namespace) -> Iterator[Answer]:
    import numpy as np
    import torch

    from dpn.evaluation.evaluate import predict_logits
    from dpn.models.devices import pick_device
    from dpn.numbers.no_digit import judge
    from dpn.pictures.ink import Pixels

    model, spec = run.load_model().to(pick_device()), input_spec(config)

    def classify(inputs: Pixels) -> Any:
        return torch.softmax(predict_logits(model, torch.from_numpy(np.array(inputs))), 1).numpy()

    for path in find_files(options.files, partial(remark, "read")):
        try:
            pixels, (height, width) = open_measured(path)
            sheet = find_sheet(pixels, options.kind or "auto")
            found = read_sheet(sheet, config.class_names, spec, classify, judge)
            times = width / pixels.shape[1], height / pixels.shape[0]  # it was shrunk so
            yield {"file": str(path), **_answer(found, times)}
        except ImageError as error:
            yield {"file": str(path), "error": str(error)}


def _answer(found: SheetRead, times: tuple[float, float]) -> Answer:
    """Return what was read; boxes are left, top, width and height in pixels of the file."""
    (text, probability), *_ = readings = found.readings
    return {
        "text": text,
        "probability": probability,
        "boxes": [
            [round(side * more) for side, more in zip(digit.box, times * 2, strict=True)]
            for digit in found.digits
        ],
        "probabilities": [digit.probability for digit in found.digits],
        "readings": [{"text": text, "probability": p} for text, p in readings],
        "left_out": list(found.marks),
        "read_as": found.sheet.kind,
    }


def _line(answer: Answer) -> str:
    text = " / ".join(answer["text"].split("\n"))
    marks = [f"left out: {listed(answer['left_out'])}"] if answer["left_out"] else []
    return row(answer["file"], text, percent(answer["probability"]), *marks)
