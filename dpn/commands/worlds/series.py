"""The verbs predict, explain and teach for runs that read series."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dpn.commands.bars import remark
from dpn.commands.worlds.accounts import account, terms_of
from dpn.commands.worlds.answers import Answer, tell
from dpn.errors import DataError, RunError
from dpn.language import percent
from dpn.names import row, shown, tally
from dpn.runs.config import RunConfig
from dpn.runs.files import read_json
from dpn.runs.run import Run
from dpn.series.found import Series, Values, said_of_far
from dpn.series.reading import SUFFIXES, read_series
from dpn.series.sets import FILE, together

#: Series answered together.
CHUNK = 1_000


def predict_series(run: Run, config: RunConfig, options: Namespace) -> None:
    """Print one answer a series, in the order of the files and of what they hold."""
    tell(_answers(run, config, options), _line, options)


def _answers(run: Run, config: RunConfig, options: Namespace) -> Iterator[Answer]:
    import torch

    from dpn.evaluation.evaluate import predict_logits
    from dpn.models.devices import pick_device

    model = run.load_model().to(pick_device())
    for file, first, found in _chunks(run, config, options, "predict"):
        if isinstance(found, DataError):
            yield {"file": file, "error": str(found)}
            continue
        logits = predict_logits(model, torch.from_numpy(together(found.values)))
        for i, shares in enumerate(torch.softmax(logits, 1).numpy()):
            best = int(shares.argmax())
            yield {
                **_source(file, first, found, i),
                "label": config.class_names[best],
                "known": None,
                "claim": float(shares[best]),
                "probability": float(shares[best]),
                "probabilities": dict(zip(config.class_names, map(float, shares), strict=True)),
            }


def _line(answer: Answer) -> str:
    return row(f"{answer['file']}: {answer['series']}", answer["label"], percent(answer["claim"]))


def explain_series(run: Run, config: RunConfig, options: Namespace, target: int | None) -> None:
    """Print one account a series: what each frame added to the score; it adds up to the logit."""
    tell(_accounts(run, config, options, target), _table, options)


def _accounts(
    run: Run, config: RunConfig, options: Namespace, target: int | None
) -> Iterator[Answer]:
    from dpn.explain.exact import explain
    from dpn.models.devices import pick_device

    model = run.load_model().to(pick_device())
    size = config.model.frame_steps
    for file, first, found in _chunks(run, config, options, "explain"):
        if isinstance(found, DataError):
            yield {"file": file, "error": str(found)}
            continue
        explained = explain(model, together(found.values), target, details=False)
        for i, values in enumerate(found.values):
            starts = range(0, len(values), size)
            frames = [[start + 1, min(start + size, len(values))] for start in starts]
            yield {
                **_source(file, first, found, i),
                "label": config.class_names[explained.target[i]],
                "logit": float(explained.score[i]),
                "probability": float(explained.probabilities[i, explained.target[i]]),
                "frames": frames,
                **terms_of(explained, i, len(frames)),
            }


def read_series_lesson(path: Path, run: Run) -> tuple[Values, list[str]]:
    """Return the series of a file as the run's model takes them (N, n, C), and the class of each.

    Raises:
        DataError: it is no file of series with their classes, or has other channels than the run.
    """
    found = _read(run, run.config(), path)
    for note in found.notes:
        remark("teach", note)
    if not all(found.labels):
        raise DataError(
            f"{shown(path.name)} must say the class of each series; series "
            f"{found.labels.index('') + 1:,} has none."
        )
    return together(found.values), found.labels


def _read(run: Run, config: RunConfig, path: Path) -> Series:
    found = read_series(path, _channels(run, path))
    width = found.values[0].shape[1]
    if width != config.model.channels:
        raise DataError(
            f"{path} must have {tally(config.model.channels, 'channel')}, as what run {run.id!r} "
            f"was trained on, got {width}"
        )
    return found


def _source(file: str, first: int, found: Series, i: int) -> dict[str, Any]:
    """Return where a series comes from, and the class that the file gives it, if any."""
    said = {"class": found.labels[i]} if found.labels[i] else {}
    return {"file": file, "series": first + i, "steps": len(found.values[i]), **said}


def _table(answer: Answer) -> str:
    names = [f"step {a}" if a == b else f"steps {a}-{b}" for a, b in answer["frames"]]
    return account(row(f"{answer['file']}: {answer['series']}", answer["label"]), names, answer)


def _chunks(
    run: Run, config: RunConfig, options: Namespace, verb: str
) -> Iterator[tuple[str, int, Series | DataError]]:
    """Yield the name of a file, the number of its first series here, and some of its series.

    In place of these what is wrong, if it cannot be read or has other channels than the run.
    """
    for name in options.files:
        path = Path(name)
        try:
            found = _read(run, config, path)
        except DataError as error:
            yield name, 1, error
            continue
        for note in filter(None, (*found.notes, said_of_far(found.values, config.model.length))):
            remark(verb, note)
        for start in range(0, len(found.values), CHUNK):
            part = slice(start, start + CHUNK)
            some = (found.values[part], found.labels[part], found.parts[part])
            yield name, start + 1, Series(*some, found.channels)


def _channels(run: Run, path: Path) -> list[str] | None:
    """Return the names of the channels that a run reads; of what is no table none are needed."""
    if path.suffix.lower() not in SUFFIXES and not path.is_dir():
        return None
    names = read_json(run.path / FILE).get("channels")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise RunError(f"{FILE} of run {run.id!r} must hold a list of names. Train again.")
    return names
