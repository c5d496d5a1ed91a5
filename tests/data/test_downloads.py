"""Downloads from a server of our own: whole and checked, or the data folder is as it was."""

import os
import pickle
import threading
import time

import numpy as np
import pytest
import torchvision.datasets

from dpn.data import downloads
from dpn.data.downloads import download
from dpn.data.torchvision_sets import TORCHVISION_SETS, is_on_disk, read_torchvision
from dpn.errors import DataError
from tests.data.mirror import NAMES, idx_files
from tests.data.npz.written import Bomb

IDX_SETS = ("mnist", "fashion_mnist", "kmnist")


def tree(folder):
    """Every path below a folder, with the bytes of files."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


@pytest.fixture
def data_dir(tmp_path):
    """A data folder in which something is already there."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "mine.npz").write_bytes(b"something")
    return folder


@pytest.mark.parametrize("name", TORCHVISION_SETS)
def test_a_download_arrives_whole_and_reports_every_piece(serve, tmp_path, name, monkeypatch):
    serve(name)
    monkeypatch.setattr(downloads, "_CHUNK_BYTES", 4096)
    data_dir, seen = tmp_path / "new" / "data", []
    download(name, data_dir, lambda done, total: seen.append((done, total)))
    total = TORCHVISION_SETS[name].total_bytes
    assert {pair[1] for pair in seen} == {total}
    done = [pair[0] for pair in seen]
    assert done == sorted(done)
    assert done[-1] == total
    assert len(done) > total / 4096
    assert [path.name for path in data_dir.iterdir()] == [TORCHVISION_SETS[name].folder]
    assert is_on_disk(name, data_dir)


@pytest.mark.parametrize("name", IDX_SETS)
def test_what_arrived_is_what_torchvision_reads(serve, data_dir, name):
    serve(name)
    download(name, data_dir)
    read = read_torchvision(name, data_dir, NAMES)
    cls = getattr(torchvision.datasets, TORCHVISION_SETS[name].class_name)
    for is_train, x, y in ((True, read.x_train, read.y_train), (False, read.x_test, read.y_test)):
        theirs = cls(data_dir, train=is_train, download=False)
        np.testing.assert_array_equal(x[:, 0], theirs.data.numpy())
        np.testing.assert_array_equal(y, theirs.targets.numpy())
        assert (x.dtype, y.dtype) == (np.uint8, np.int64)
    assert (len(read.x_train), len(read.x_test), read.class_names) == (60, 20, NAMES)


def test_cifar_arrives_as_its_batches(serve, data_dir):
    files = serve("cifar10")
    download("cifar10", data_dir)
    read = read_torchvision("cifar10", data_dir, NAMES)
    batches = [pickle.loads(files[f"data_batch_{i}"])["data"] for i in range(1, 6)]
    np.testing.assert_array_equal(read.x_train, np.vstack(batches).reshape(-1, 3, 32, 32))
    assert read.x_test.shape == (20, 3, 32, 32)
    np.testing.assert_array_equal(read.y_test, np.arange(20) % 10)


def test_nothing_is_printed_and_nothing_is_fetched_twice(serve, server, data_dir, capfd):
    serve("mnist")
    download("mnist", data_dir)
    assert sorted(server.asked) == sorted(server.files)
    download("mnist", data_dir)
    assert len(server.asked) == 4
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("cut", r"connection lost, [\d,]+ bytes missing"),
        ("changed", r"has a wrong checksum"),
        ("absent", r"404 Not Found"),
        ("silent", r"timed out"),
        ("refused", r"Connection refused"),
    ],
)
def test_a_failed_download_leaves_the_folder_as_it_was(
    serve, server, data_dir, monkeypatch, name, mode, sentence
):
    serve(name, ["http://127.0.0.1:1/" if mode == "refused" else server.url])
    server.mode = mode
    monkeypatch.setattr(downloads, "TIMEOUT_SECONDS", 0.3)
    before = tree(data_dir)
    with pytest.raises(DataError, match=rf"{name} could not be downloaded \(127.*{sentence}") as e:
        download(name, data_dir)
    assert f"put the data into {data_dir} as {name}.npz" in str(e.value)
    assert tree(data_dir) == before
    with pytest.raises(DataError, match=sentence):
        download(name, data_dir / "new" / "folder")
    assert tree(data_dir) == before


def test_a_second_mirror_is_tried(serve, server, data_dir):
    serve("mnist", [f"{server.url}absent/", server.url])
    download("mnist", data_dir)
    assert is_on_disk("mnist", data_dir)
    assert len(server.asked) == 8
    serve("kmnist", [f"{server.url}absent/", server.url])
    server.mode = "cut"
    with pytest.raises(DataError, match=r"\(127.*: 404 Not Found; 127.*: connection lost"):
        download("kmnist", data_dir)


@pytest.mark.parametrize("error", [KeyboardInterrupt, BrokenPipeError, RuntimeError])
def test_an_interruption_is_passed_on_and_undone(serve, data_dir, error):
    serve("mnist")
    half, before = TORCHVISION_SETS["mnist"].total_bytes / 2, tree(data_dir)

    def interrupt(done, _):
        if done > half:
            assert tree(data_dir) != before
            raise error

    with pytest.raises(error):
        download("mnist", data_dir, interrupt)
    assert tree(data_dir) == before
    download("mnist", data_dir)  # and the next one is not held up
    assert is_on_disk("mnist", data_dir)


def test_archives_that_cannot_be_unpacked_are_undone(serve, data_dir):
    serve("mnist", archives={f"{name}.gz": b"no gzip" for name in idx_files()})
    before = tree(data_dir)
    with pytest.raises(DataError, match="mnist was downloaded but could not be unpacked"):
        download("mnist", data_dir)
    assert tree(data_dir) == before


def test_of_two_threads_one_downloads_and_both_end_well(serve, server, data_dir):
    serve("mnist")
    reports, started = ([], []), threading.Barrier(2)

    def work(seen):
        started.wait()
        download("mnist", data_dir, lambda done, total: seen.append(done / total))

    threads = [threading.Thread(target=work, args=(seen,)) for seen in reports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [seen[-1] for seen in reports] == [1, 1]
    assert len(server.asked) == 4
    assert is_on_disk("mnist", data_dir)


def test_a_set_that_another_process_put_there_meanwhile_is_kept(serve, data_dir):
    serve("mnist")

    def other_process(done, _):
        raw = data_dir / "MNIST" / "raw"
        if done and not raw.exists():
            raw.mkdir(parents=True)
            for name, data in idx_files(train=70).items():
                (raw / name).write_bytes(data)

    download("mnist", data_dir, other_process)
    assert len(read_torchvision("mnist", data_dir, NAMES).x_train) == 70
    assert sorted(path.name for path in data_dir.iterdir()) == ["MNIST", "mine.npz"]


def test_leftovers_of_dead_processes_are_removed_and_those_of_live_ones_kept(serve, data_dir):
    serve("mnist")
    dead, live, alien = (data_dir / f".{n}.partial" for n in ("cifar10-a", "kmnist-b", "other-c"))
    for folder in (dead, live, alien):
        folder.mkdir()
        (folder / "old").write_bytes(b"")
    (live / "new").write_bytes(b"")
    past = time.time() - downloads.STALE_SECONDS - 60
    for path in (dead / "old", live / "old", alien / "old", dead, live, alien):
        os.utime(path, (past, past))
    download("mnist", data_dir)
    assert (dead.exists(), live.exists(), alien.exists()) == (False, True, True)


def test_a_folder_that_cannot_be_written_is_one_sentence(serve, server, data_dir, monkeypatch):
    serve("mnist")
    with pytest.raises(DataError, match=r"mine.npz.sub cannot be written \(Not a directory\)"):
        download("mnist", data_dir / "mine.npz" / "sub")

    def read_only(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(downloads.tempfile, "mkdtemp", read_only)
    with pytest.raises(DataError, match=r"data cannot be written \(Permission denied\); set DPN_"):
        download("mnist", data_dir)
    assert server.asked == []


def test_an_incomplete_folder_is_neither_used_nor_overwritten(serve, server, data_dir):
    files = serve("mnist")
    raw = data_dir / "MNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "train-images-idx3-ubyte").write_bytes(files["train-images-idx3-ubyte"])
    before = tree(data_dir)
    with pytest.raises(DataError, match=r"MNIST is incomplete \(raw/train-labels-idx1-ubyte is"):
        download("mnist", data_dir)
    assert tree(data_dir) == before
    assert server.asked == []


def test_a_changed_cifar_batch_is_never_unpickled(serve, data_dir, tmp_path):
    serve("cifar10")
    download("cifar10", data_dir)
    for name in ("data_batch_1", "test_batch", "batches.meta"):
        path = data_dir / "cifar-10-batches-py" / name
        good = path.read_bytes()
        path.write_bytes(pickle.dumps(Bomb(tmp_path / "ran")))
        with pytest.raises(DataError, match=r"cifar-10-batches-py is damaged"):
            read_torchvision("cifar10", data_dir, NAMES)
        assert not (tmp_path / "ran").exists()
        path.write_bytes(good)
    assert len(read_torchvision("cifar10", data_dir, NAMES).x_train) == 100
