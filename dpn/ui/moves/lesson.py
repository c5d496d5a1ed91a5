"""Series that were answered wrong: corrected, taught to a copy of the model, or taken along."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping

import numpy as np

from dpn.language import t
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.series.found import Values
from dpn.series.sets import together
from dpn.ui.kept import remembered
from dpn.ui.texts import lesson
from dpn.ui.texts.lesson import Kind, Lesson


def kind_of(channels: int) -> Kind:
    """Return the lesson of series of so many channels: a session has one for each number."""

    def inputs(run: Run, names: list[str]) -> Values:  # noqa: ARG001 - of texts the run is asked
        return together([_held(channels)[name] for name in names])

    def file(taught: Lesson) -> bytes:
        return to_npz(_held(channels), taught)

    return Kind("series", inputs, file, "lesson.npz", of=str(channels))


def to_npz(series: Mapping[str, Values], taught: Lesson) -> bytes:
    """Return a lesson of series, by their names, as ``train --dataset`` and ``teach`` read it."""
    out = io.BytesIO()
    x = together([series[name] for name in taught])
    np.savez_compressed(out, x=x, y=np.array([*taught.values()], np.str_))
    return out.getvalue()


def _held(channels: int) -> dict[str, Values]:
    """Return the series (n, C) of this session's lesson, by what they are called."""
    found: dict[str, Values] = remembered(
        f"series{channels}_held", dict, lambda held: sum(one.nbytes for one in held.values())
    )
    taught = kind_of(channels).lesson
    for name in [name for name in taught if name not in found]:
        del taught[name]  # a reload has left no series that are too large
    return found


def correct(config: RunConfig, values: Values, answer: int, title: str | None) -> None:
    """Offer the right class of a series; ``title`` is what it is called, None for a drawing.

    Series are told apart by what they hold: two files may have one name.
    """
    channels = values.shape[1]
    kind, held = kind_of(channels), _held(channels)
    for name in [name for name in held if name not in kind.lesson]:
        del held[name]
    name = _called(held, values, title)
    held[name] = values
    lesson.correct(config, name, answer, kind)


def _called(held: Mapping[str, Values], values: Values, title: str | None) -> str:
    """Return the name of a series among those ``held``: its own, whatever others are called."""
    for name, other in held.items():
        if np.array_equal(other, values):
            return name
    mark = f"{zlib.crc32(values.tobytes()) % 10_000:04}"
    name = title or t("Drawing {mark}", mark=mark)
    return f"{name} ({mark})" if name in held else name


def panel(run: Run) -> None:
    """Draw the session's lesson of such series as a run reads."""
    channels = run.config().model.channels
    _held(channels)
    lesson.panel(run, kind_of(channels))
