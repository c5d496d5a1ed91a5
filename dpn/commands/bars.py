"""Progress and remarks on stderr, for the command line."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from dpn.language import percent

if TYPE_CHECKING:
    from dpn.training.loop import Record


@contextlib.contextmanager
def download_bar() -> Iterator[Callable[[int, int], None]]:
    """Give a function of (bytes so far, bytes in all); its bar appears with the first byte."""
    bar: Any = None

    def show(done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            bar = tqdm(total=total, unit="B", unit_scale=True, desc="download")
        bar.update(done - bar.n)

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()


def remark(verb: str, sentence: str) -> None:
    """Say on stderr what is no answer and no error."""
    print(f"dpn {verb}: {sentence}", file=sys.stderr)


def follow(records: Generator[Record], step: int, total: int) -> None:
    """Train to the end under a bar that begins at ``step``.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed or the process was told to end (SIGTERM); the
            training was closed between two steps.
    """
    from dpn.training.trainer import StepRecord

    with (
        tqdm(total=total, initial=step, unit="batch", desc="train") as bar,
        _told_to_stop() as told,
    ):
        loss = validation = ""
        for record in records:
            if isinstance(record, StepRecord):
                loss = f"loss {record.loss:.3f}"
                bar.update(1)
            else:
                validation = f", validation {percent(record.accuracy, 2)}"
            bar.set_postfix_str(loss + validation, refresh=False)
            if told.is_set():
                records.close()  # saves what there is
                raise KeyboardInterrupt


@contextlib.contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """Note the first Ctrl-C or SIGTERM; the second one ends the process at once, as ever."""
    told = threading.Event()
    usual: dict[int, Any] = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: signal.SIG_DFL,
    }
    # One that is ignored, as under nohup, stays ignored.
    heard = [kind for kind, handler in usual.items() if signal.getsignal(kind) is handler]

    def note(kind: int, _frame: object) -> None:
        told.set()
        signal.signal(kind, usual[kind])

    for kind in heard:
        signal.signal(kind, note)
    try:
        yield told
    finally:
        for kind in heard:
            signal.signal(kind, usual[kind])
