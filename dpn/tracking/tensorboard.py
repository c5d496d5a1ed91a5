"""TensorBoard: an event file in the run's folder, for ``tensorboard --logdir runs``."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from dpn.tracking.tracker import Beginning, Ending, Row

#: The numbers of the result that TensorBoard has a card, and a column in its table of runs, for.
COLUMNS = ("result/test_accuracy", "result/test_loss", "result/train_seconds")


class TensorBoard:
    """Writes through ``torch.utils.tensorboard``, and hyper-parameters into the same file.

    ``SummaryWriter.add_hparams`` would make a second folder, which shows as a second run.
    """

    rewinds = True

    def open(self, beginning: Beginning) -> None:
        """Open a file beside those of before, which hides what is taken again."""
        tool: Any = importlib.import_module("torch.utils.tensorboard")
        again = beginning.again_from
        purge = None if again is None else again + 1
        self._writer = tool.SummaryWriter(str(beginning.run), purge_step=purge, flush_secs=10**6)
        settings = {
            name: value if isinstance(value, bool | int | float | str) else str(value)
            for name, value in beginning.settings.items()
        }
        experiment, start, self._end = tool.summary.hparams(settings, dict.fromkeys(COLUMNS, 0.0))
        if "settings" not in beginning.kept:  # a resumed run may be tracked for the first time
            for summary in (experiment, start):
                self._writer.file_writer.add_summary(summary)
            beginning.kept["settings"] = "written"
        self._writer.flush()

    def log(self, rows: Sequence[Row]) -> None:
        """Write scalars."""
        for step, values in rows:
            for name, value in values.items():
                self._writer.add_scalar(name, value, step)
        self._writer.flush()

    def close(self, ending: Ending) -> None:
        """Write the result and pictures; TensorBoard has no place for files."""
        for name in COLUMNS if ending.numbers else ():
            self._writer.add_scalar(name, ending.numbers[name], ending.step)
        for name, picture in ending.pictures.items():
            self._writer.add_image(name, picture, ending.step, dataformats="HWC")
        if ending.state == "finished":
            self._writer.file_writer.add_summary(self._end)
        self._writer.close()
