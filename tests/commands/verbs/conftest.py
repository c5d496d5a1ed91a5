"""A small data set, a run of it, and what a verb prints."""

import json

import pytest

from dpn import settings
from dpn.__main__ import main
from dpn.runs.folder import find_run
from tests.commands.verbs.small import TRAIN
from tests.helpers import (
    threads_of_torch,
    write_npz,
)


@pytest.fixture(autouse=True)
def _data():
    write_npz(settings.data_dir())
    with threads_of_torch(1):
        yield


@pytest.fixture
def said(capsys):
    """Run a verb; return what it printed as JSON, a line each."""

    def run_it(*arguments):
        code = main([*arguments, "--json"])
        answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        of_files = arguments[0] != "runs"
        assert code == (of_files and any("error" in answer for answer in answers))
        return answers

    return run_it


@pytest.fixture
def run(capsys):
    assert main(TRAIN) == 0
    capsys.readouterr()
    return find_run("latest", settings.runs_dir())
