"""A desk at which trainings are threads, and a server that answers without any."""

import dataclasses

import pytest

from dpn.jobs import manager as jobs
from dpn.jobs.limits import OWN, UNLIMITED
from tests.helpers import write_npz
from tests.jobs.served import NoJobs, closing_server
from tests.workers import ThreadStarter, closing_desk

FREE = dataclasses.replace(OWN, grace=UNLIMITED)


@pytest.fixture
def open_desk(tmp_path, monkeypatch):
    """Open one within limits that are given; where none are, nothing is limited."""
    monkeypatch.setattr(jobs, "Starter", ThreadStarter)
    write_npz(tmp_path / "data")
    return lambda **limits: closing_desk(tmp_path, limits=dataclasses.replace(FREE, **limits))


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "Starter", ThreadStarter)
    write_npz(tmp_path / "data")
    with closing_desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def no_jobs():
    return NoJobs()


@pytest.fixture
def server(no_jobs):
    with closing_server(no_jobs) as server:
        yield server
