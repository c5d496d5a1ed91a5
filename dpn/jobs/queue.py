"""Which of the trainings that wait is next, and about when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dpn.jobs.job import Job, JobView


def next_in_line(jobs: Iterable[Job], slots: int) -> list[Job]:
    """Return the waiting jobs whose turn it is, and let each hold a place.

    Args:
        jobs: all of them, the first to come first.
        slots: how many take steps at the same time on each device.
    """
    jobs, turns = list(jobs), []
    for job in jobs:
        if job.view.state == "queued" and len(_holders(job, jobs)) < slots:
            job.holds_place = True
            turns.append(job)
    return turns


def in_line(job: Job, jobs: Iterable[Job], slots: int, took: list[float]) -> JobView:
    """Return the view of a job that waits, with its place and about when its turn comes.

    Args:
        job: a queued one.
        jobs: all of them, the first to come first.
        slots: how many take steps at the same time on each device.
        took: seconds of some that finished, to guess by; may be empty.
    """
    jobs = list(jobs)
    line = [each for each in jobs if each.view.state == "queued" and each.device == job.device]
    place = line.index(job) if job in line else 0
    guess = sum(took) / len(took) if took else None
    left = [
        guess if other.view.seconds_left is None else other.view.seconds_left
        for other in _holders(job, jobs) + line[:place]
    ]
    known = [seconds for seconds in left if seconds is not None]
    wait = sum(known) / slots if len(known) == len(left) else None
    return replace(job.view, place=place + 1, wait=wait)


def _holders(job: Job, jobs: list[Job]) -> list[Job]:
    """Return the jobs that hold a place on the device of one."""
    return [other for other in jobs if other.holds_place and other.device == job.device]
