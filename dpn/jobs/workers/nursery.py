"""Processes for trainings, forked from one that has imported all.

It is ``python -m dpn.jobs.workers.nursery``.

To import torch and what a training needs takes seconds and 400 MB. This process does so once, takes
no step itself, and forks a ``dpn.jobs.workers.worker`` whenever it is asked to: that one begins
within hundredths of a second, and shares the memory until it writes to it. It has one thread and
never touches a GPU, for neither survives a fork.

It is asked over the socket on its standard input. Each message carries three files: where the
worker reads commands, where it writes events, and where two lines go: its process id at once,
and at its end its exit code, negative for a signal. When the socket ends, it waits for its workers
and ends too. It ignores SIGINT and SIGTERM, so that a worker's end is told also where all processes
of the app are told to end.
"""

from __future__ import annotations

import contextlib
import gc
import os
import selectors
import signal
import socket
import sys
import traceback

from dpn.jobs.workers import worker
from dpn.models.late import import_late

#: Files that come with each message.
FILES = 3


def main() -> None:
    """Fork workers for whoever holds the other end of standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    import_late()
    gc.collect()
    gc.freeze()  # what is here now is not written to by a worker that looks for garbage
    # A byte arrives here for each child that ends: what waits for the socket wakes up.
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    asked = socket.socket(fileno=os.dup(0))
    reports: dict[int, int] = {}
    with selectors.SelectSelector() as both:
        both.register(asked, selectors.EVENT_READ)
        both.register(woken, selectors.EVENT_READ)
        is_open = True
        while is_open or reports:
            ready = [key.fileobj for key, _ in both.select()]
            if woken in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(woken, 4096)
                _report_ends(reports)
            if asked in ready:
                files = socket.recv_fds(asked, 16, FILES)[1]
                if len(files) == FILES:
                    _fork(files, reports, [asked.fileno(), woken, wake])
                else:
                    is_open = False
                    both.unregister(asked)


def _fork(files: list[int], reports: dict[int, int], own: list[int]) -> None:
    """Fork a worker that has the first two files; note whom to tell of its end.

    Args:
        files: commands, events, report; closed here.
        reports: process id -> where its end is told.
        own: files that are this process's alone.
    """
    commands, events, report = files
    pid = os.fork()
    if pid == 0:
        for other in (report, *reports.values(), *own):
            os.close(other)
        os._exit(_be_worker(commands, events))
    os.close(commands)
    os.close(events)
    reports[pid] = report
    _tell(report, pid)


def _be_worker(commands: int, events: int) -> int:
    """Work as a process that was started for it; return the exit code."""
    signal.set_wakeup_fd(-1)
    for kind in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(kind, signal.SIG_DFL)
    os.dup2(commands, 0)
    os.dup2(events, 1)
    os.close(commands)
    os.close(events)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    try:
        worker.main()
    except BaseException:  # nothing of it may return to the nursery's own loop
        traceback.print_exc()
        return 1
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
    return 0


def _report_ends(reports: dict[int, int]) -> None:
    """Tell the end of every worker that is over."""
    for pid in list(reports):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            report = reports.pop(pid)
            _tell(report, os.waitstatus_to_exitcode(status))
            os.close(report)


def _tell(report: int, number: int) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more
        os.write(report, b"%d\n" % number)


if __name__ == "__main__":
    main()
