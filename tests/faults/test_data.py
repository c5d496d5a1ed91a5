"""A data folder that is missing, may not be read or written, or holds a bad file; a cut download.

Elsewhere: every way an npz can be bad (tests/data/npz/), damaged and incomplete sets
(test_catalogue.py), servers that fail in every way (test_downloads.py).
"""

import contextlib
import gzip
import os
import shutil
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest
import torchvision

from dpn.data.catalogue import list_datasets
from dpn.data.downloads import download
from dpn.data.loading import load_dataset
from dpn.data.torchvision_sets import TORCHVISION_SETS
from dpn.errors import DataError, RunError
from dpn.jobs import manager as jobs
from dpn.runs.folder import list_runs
from dpn.runs.start import create_run
from tests.data.mirror import Server, idx_files, md5
from tests.helpers import NAMES, short_training, small_model, threads_of_torch, write_npz
from tests.workers import ThreadStarter, closing_desk

NOBODY = 65_534


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "Starter", ThreadStarter)
    with threads_of_torch(1), closing_desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def open_folder():
    """A folder that everybody may enter, which those of pytest are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextlib.contextmanager
def as_nobody():
    """Whom permissions bind: root, too, becomes nobody for a while."""
    if os.getuid() != 0:
        yield
        return
    os.setresgid(NOBODY, NOBODY, 0)
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)


def test_a_data_folder_that_may_not_be_read_is_a_sentence(open_folder):
    data = open_folder / "data"
    write_npz(data)
    load_dataset("digits", data)  # imports what nobody may perhaps not read
    data.chmod(0o700 if os.getuid() == 0 else 0)
    with as_nobody():
        for name in ("small", "mnist"):
            with pytest.raises(DataError, match=r"data is not a folder that may be read; set DPN_"):
                load_dataset(name, data, download=False)
        assert [info.name for info in list_datasets(data) if info.source == "npz"] == []
        assert load_dataset("digits", data).classes == 10
    data.chmod(0o755)


def test_a_file_that_may_not_be_read_is_a_sentence_and_listed_with_it(open_folder):
    write_npz(open_folder)
    write_npz(open_folder, "other")
    (open_folder / "small.npz").chmod(0o600 if os.getuid() == 0 else 0)
    (open_folder / "other.npz").chmod(0o644)
    with as_nobody():
        with pytest.raises(DataError, match="small.npz"):
            load_dataset("small", open_folder)
        problems = {i.name: i.problem for i in list_datasets(open_folder) if i.source == "npz"}
    assert "small.npz" in problems["small"]
    assert problems["other"] is None


def test_a_folder_that_may_not_be_written_is_a_sentence(open_folder):
    open_folder.chmod(0o555)
    with as_nobody():
        with pytest.raises(DataError, match=r"cannot be written \(Permission denied\); set DPN_"):
            download("mnist", open_folder)
        with pytest.raises(
            RunError, match=r"cannot be written \(Permission denied\). Set DPN_RUNS"
        ):
            create_run(open_folder / "runs", small_model(), short_training(), NAMES, "mnist")
    open_folder.chmod(0o755)


@pytest.mark.parametrize("kind", ["missing", "a file", "a bad npz", "gone while it trains"])
def test_a_training_on_data_that_are_not_there_fails_in_a_sentence(desk, kind):
    if kind == "a file":
        desk.data.write_text("no folder")
    elif kind != "missing":
        write_npz(desk.data)
    if kind == "a bad npz":
        path = desk.data / "small.npz"
        path.write_bytes(path.read_bytes()[:-100])
    job = desk.start()
    if kind == "gone while it trains":
        desk.reaches(job, "queued", "running", "finished")
        shutil.rmtree(desk.data)
        assert desk.reaches(job, "finished", "failed").state == "finished"
        return
    message = desk.reaches(job, "failed", "finished").message
    assert ("data" if kind == "a file" else "small") in message
    assert not desk.runs.exists()
    if desk.data.is_file():
        desk.data.unlink()
    write_npz(desk.data)
    assert desk.reaches(desk.start(), "failed", "finished").state == "finished"


def test_a_download_that_is_cut_fails_its_job_and_the_next_try_gets_it_whole(desk, monkeypatch):
    files = {name: gzip.compress(data) for name, data in idx_files().items()}
    files = {f"{name}.gz": data for name, data in files.items()}
    mnist = torchvision.datasets.MNIST
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        server.files, server.mode = files, "cut"
        monkeypatch.setattr(mnist, "mirrors", [server.url])
        monkeypatch.setattr(mnist, "resources", [(k, md5(v)) for k, v in files.items()])
        message = desk.reaches(desk.start(dataset="mnist"), "failed", "finished").message
        assert "bytes missing" in message
        assert "try again" in message
        assert not desk.data.exists()
        assert not desk.runs.exists()
        server.mode = "good"
        assert desk.reaches(desk.start(dataset="mnist"), "failed", "finished").state == "finished"
        server.shutdown()
        thread.join()
    assert sorted(path.name for path in desk.data.iterdir()) == [TORCHVISION_SETS["mnist"].folder]
    (run,) = (run for run in list_runs(desk.runs) if run.origin == "trained")
    assert np.shape(run.result()["confusion"]) == (10, 10)
