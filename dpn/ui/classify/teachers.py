"""Lessons on their way: one thread teaches those of all sessions, in the order they come."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dpn import ui
from dpn.errors import TrainingError
from dpn.language import msg, t
from dpn.runs.run import Run
from dpn.ui.shared import Once

if TYPE_CHECKING:
    from dpn.teaching.lesson import Pixels, Taught

    Outcome = tuple[Taught, tuple[float, float] | None, list[tuple[str, str, str]]]

#: Lessons that may wait at the same time; one takes seconds.
MOST_WAITING = 20


@dataclass(eq=False)
class Teaching:
    """A lesson on its way: what will come of it, and how far it is."""

    future: Future[Outcome] = field(default_factory=Future)
    done: int = 0
    total: int = 1
    phase: str = msg("Teaching")


class Teachers:
    """The one thread that teaches, and those who wait for it."""

    def __init__(self) -> None:
        from dpn.models.devices import set_threads, thread_count

        self._pool = ThreadPoolExecutor(
            1, thread_name_prefix="teach", initializer=set_threads, initargs=(thread_count(),)
        )
        self._line: list[Teaching] = []
        # A closed window's are held here alone, so that a reload finds them: each has a model.
        self._last: deque[Teaching] = deque(maxlen=MOST_WAITING)
        self._lock = threading.Lock()

    def before(self, teaching: Teaching) -> int:
        """Return how many lessons are taught before this one."""
        line = [one for one in self._line if not one.future.done()]
        return line.index(teaching) if teaching in line else 0

    def begin(
        self, run: Run, images: Pixels, names: list[str], method: str, rehearse: str
    ) -> Teaching:
        """Teach a run's model N inputs with their names, when it is their turn.

        They are as its data sets hold them.

        Raises:
            TrainingError: too many lessons wait already.
        """
        from dpn.teaching.judging import answers_of, judge_lesson
        from dpn.teaching.lesson import hold_lesson

        teaching = Teaching()
        folder = ui.sets.folder_of(run.config().training.dataset)
        lesson = (run, images, names, folder)

        def show(done: int, total: int) -> None:
            teaching.done, teaching.total = done, total

        def work() -> Outcome:
            taught = hold_lesson(*lesson, method=method, rehearse=rehearse, progress=show)
            teaching.phase = msg("Checking on what it was not taught")
            judged = judge_lesson(*lesson, method=method, rehearse=rehearse, progress=show)
            old = answers_of(run.load_model(), run.config().class_names, images)
            new = answers_of(taught.model, taught.config.class_names, images)
            return taught, judged, list(zip(names, old, new, strict=True))

        with self._lock:
            self._line = [one for one in self._line if not one.future.done()]
            if len(self._line) > MOST_WAITING:
                raise TrainingError(
                    t(
                        "{count} lessons are waiting to be taught, and this server takes no "
                        "more. Yours is kept: press Teach again in a minute.",
                        count=MOST_WAITING,
                    )
                )
            teaching.future = self._pool.submit(work)
            self._line.append(teaching)
            self._last.append(teaching)
        return teaching


@Once
def teachers() -> Teachers:
    """Return the one that teaches in this process."""
    ui.warm_up().wait()
    return Teachers()
