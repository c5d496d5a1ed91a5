"""Trainings in the background: a queue, and one process for each of them (``dpn.worker``).

One ``JobManager`` lives as long as the app. Trainings survive whoever started them; at most
``slots`` take steps at the same time, and the others wait in order. A paused job gives its place
up.
"""

from __future__ import annotations

import atexit
import logging
import threading
from pathlib import Path
from typing import Any

from dpn.config import ModelConfig, TrainConfig
from dpn.errors import RunError
from dpn.job import Job, JobView, LiveWeights
from dpn.runs import LIVE_WEIGHTS, Run, new_run_id
from dpn.worker_process import WorkerProcess

__all__ = ["JobManager", "JobView", "LiveWeights"]

log = logging.getLogger(__name__)


class JobManager:
    """Starts, pauses and stops trainings; every method may be called from any thread."""

    def __init__(self, slots: int = 1) -> None:
        self._changed = threading.Condition()
        self._free = slots
        self._jobs: dict[str, Job] = {}
        self._spare: WorkerProcess | None = WorkerProcess()
        self._is_shut = False
        atexit.register(self.shut_down)

    def start(
        self, model: ModelConfig, training: TrainConfig, data_dir: Path, runs_dir: Path
    ) -> str:
        """Queue a new training and return its run's id at once."""
        run_id = new_run_id(model, training)
        order = {
            "do": "train",
            "model": model.to_dict(),
            "training": training.to_dict(),
            "data_dir": str(data_dir),
            "runs_dir": str(runs_dir),
            "run_id": run_id,
        }
        self._launch(Run(runs_dir / run_id), order)
        return run_id

    def resume_run(self, run: Run, data_dir: Path) -> str:
        """Queue the rest of a run that was stopped, failed or interrupted.

        Raises:
            RunError: it is already under way here.
        """
        with self._changed:
            job = self._jobs.get(run.id)
            if job and job.view.live:
                raise RunError(f"Run {run.id!r} is already training.")
            self._launch(run, {"do": "resume", "run": str(run.path), "data_dir": str(data_dir)})
        return run.id

    def pause(self, job_id: str) -> None:
        """Stop taking steps after the one under way; the place goes to the next in the queue."""
        self._want(job_id, "pause")

    def resume(self, job_id: str) -> None:
        """Go on after a pause."""
        self._want(job_id, "run")

    def step(self, job_id: str) -> None:
        """Take one step, then pause."""
        self._want(job_id, "step")

    def stop(self, job_id: str) -> None:
        """End the training after the step under way; its run can be resumed later."""
        self._want(job_id, "stop")

    def view(self, job_id: str) -> JobView | None:
        """Return the job's state, or None if this process does not know it."""
        job = self._jobs.get(job_id)
        return job.view if job else None

    def views(self) -> list[JobView]:
        """Return all jobs of this process, newest first."""
        with self._changed:
            return [job.view for job in reversed(self._jobs.values())]

    def live_weights(self, job_id: str, timeout: float = 0.3) -> LiveWeights | None:
        """Return a fresh copy of a training model's weights.

        They are copied between two steps. While the training is busy for longer than ``timeout``
        seconds the last copy is returned, and None if there was none or the job is over.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load

        with self._changed:
            job = self._jobs.get(job_id)
            if job is None or job.view.state not in ("queued", "running", "paused"):
                return None
            asked = job.copies
            job.process.send({"do": "weights"})
            self._changed.wait_for(lambda: job.copies > asked or not job.view.live, timeout)
            step = job.copied_step
        try:
            return LiveWeights(step, load((job.run.path / LIVE_WEIGHTS).read_bytes()))
        except (OSError, SafetensorError):
            return None  # not copied yet, or over at this very moment

    def shut_down(self, timeout: float = 10.0) -> None:
        """Stop every job and wait until their runs are saved."""
        atexit.unregister(self.shut_down)
        with self._changed:
            self._is_shut = True
            processes = [job.process for job in self._jobs.values()]
            if self._spare is not None:
                self._spare.discard()
                self._spare = None
        for process in processes:
            process.close()
        for process in processes:
            process.wait(timeout)

    def _launch(self, run: Run, order: dict[str, Any]) -> None:
        with self._changed:
            if self._spare is not None and self._spare.has_ended:
                self._spare = None  # something killed it while it waited
            process, self._spare = self._spare or WorkerProcess(), None
            self._jobs.pop(run.id, None)  # a resumed run moves to the end: it is the newest
            self._jobs[run.id] = job = Job(run, process, JobView(run.id))
            process.send(order)
        threading.Thread(
            target=self._follow, args=(job,), name=f"job-{run.id}", daemon=True
        ).start()

    def _want(self, job_id: str, want: str) -> None:
        with self._changed:
            job = self._jobs.get(job_id)
            if job is None or not job.view.live or job.want == "stop":
                return
            job.want = want
            state = job.view.state
            if want == "stop" or (want in ("pause", "step") and state == "running"):
                job.process.send({"do": want})
            elif want == "pause" and state == "queued":
                job.update(state="paused")
            elif want in ("run", "step") and state == "paused":
                job.update(state="queued")
            self._schedule()

    def _schedule(self) -> None:
        """Give free places to those who wait, first come, first served."""
        for job in self._jobs.values():
            if self._free and job.view.state == "queued":
                self._free -= 1
                job.holds_place = True
                job.update(state="running")
                job.process.send({"do": job.want})
        self._changed.notify_all()

    def _release(self, job: Job) -> None:
        if job.holds_place:
            job.holds_place = False
            self._free += 1

    def _follow(self, job: Job) -> None:
        """Be the thread that hears one job's process; return when the process has ended."""
        for event in job.process.events():
            with self._changed:
                self._take(job, event)
                self._schedule()
        code = job.process.wait(5)
        with self._changed:
            if job.view.live:
                log.error("the process of %s ended with %s", job.view.id, code)
                message = "Its process ended unexpectedly, perhaps for want of memory. "
                job.update(state="failed", message=message + "Resume goes on from what was saved.")
            self._release(job)
            is_idle = not any(other.view.live for other in self._jobs.values())
            if is_idle and self._spare is None and not self._is_shut:
                self._spare = WorkerProcess()  # ready for the next Start
            self._schedule()

    def _take(self, job: Job, event: dict[str, Any]) -> None:
        kind = event.pop("event")
        if kind == "download":
            job.update(download=(event["done"], event["total"]))
        elif kind == "weights":
            job.copied_step = event["step"]
            job.copies += 1
        elif kind == "over":
            self._release(job)
            job.update(download=None, **event)
        else:
            job.update(download=None, **event)
            if kind == "loaded":
                job.update(state="paused" if job.want == "pause" else "queued")
            elif kind == "paused" and job.want == "run":
                job.process.send({"do": "run"})  # Resume was pressed before the pause began
            elif kind == "paused" and job.want != "stop":
                self._release(job)
                job.update(state="paused")
