"""Progress on stderr, for the command line."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

if TYPE_CHECKING:
    from dpn.loop import Record


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


def follow(records: Generator[Record], step: int, total: int) -> None:
    """Train to the end under a bar that begins at ``step``.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed; the training was closed between two steps.
    """
    from dpn.training import StepRecord

    with tqdm(total=total, initial=step, unit="batch", desc="train") as bar, _ctrl_c() as pressed:
        loss = validation = ""
        for record in records:
            if isinstance(record, StepRecord):
                loss = f"loss {record.loss:.3f}"
                bar.update(1)
            else:
                validation = f", validation {record.accuracy:.2%}"
            bar.set_postfix_str(loss + validation, refresh=False)
            if pressed.is_set():
                records.close()  # saves what there is
                raise KeyboardInterrupt


@contextlib.contextmanager
def _ctrl_c() -> Iterator[threading.Event]:
    """Note the first Ctrl-C; the second one interrupts at once, as ever."""
    pressed = threading.Event()
    usual = signal.getsignal(signal.SIGINT)

    def note(*_signal: object) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, usual)

    if usual is not signal.default_int_handler:  # such as ignored, under nohup
        yield pressed
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, usual)
