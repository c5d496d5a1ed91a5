"""Many picture files at once, and what becomes of the processes that read them."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from dpn.errors import DataError, ImageError
from dpn.own.files import on_disk as read_from
from dpn.pictures import files
from dpn.pictures.files import CHUNK, read_images
from dpn.pictures.png import png
from dpn.runs.run import SHIPPED, Run

ROOT = Path(__file__).parents[2]
CONFIG = Run(SHIPPED / "shipped-digits-dpn").config()


@pytest.fixture(autouse=True)
def two_processes(monkeypatch):
    monkeypatch.setattr(files, "HANDS", 2)


@pytest.fixture
def many(tmp_path):
    """A folder of more drawings than one chunk, of which one is none."""
    folder = tmp_path / "drawings"
    folder.mkdir()
    for index in range(2 * CHUNK + 5):
        page = np.full((40, 40), 255, np.uint8)
        page[5 : 8 + index % 29, 18 : 20 + index % 7] = 0
        (folder / f"{index:04}.png").write_bytes(png(page))
    (folder / f"{CHUNK + 3:04}.png").write_bytes(b"no picture")
    return folder


def test_many_files_are_read_as_each_alone_is_and_in_order(many):
    found = [item for chunk in read_images([str(many)], CONFIG, "drawing") for item in chunk]
    paths = sorted(many.iterdir())
    assert [path for path, _ in found] == paths
    for path, item in found:
        ((_, alone),) = next(read_images([str(path)], CONFIG, "drawing"))
        if isinstance(item, ImageError):
            assert str(item) == str(alone)
        else:
            assert np.array_equal(item.input, alone.input)
            assert (item.kind, item.figures) == (alone.kind, alone.figures)
    assert isinstance(found[CHUNK + 3][1], ImageError)
    assert sum(isinstance(item, ImageError) for _, item in found) < CHUNK
    assert not multiprocessing.active_children()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path, monkeypatch):
    huge = tmp_path / "map.tif"
    with huge.open("wb") as file:
        file.truncate(3 * 2**30)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    ((_, item),) = next(read_images([str(huge)], CONFIG, "auto"))
    assert "map.tif has 3221 MB, accepted are at most 100 MB" in str(item)


def test_a_reading_process_that_is_ended_is_told_of(many):
    chunks = read_images([str(many)] * 20, CONFIG, "drawing")
    next(chunks)
    for child in multiprocessing.active_children():
        child.kill()
    with pytest.raises(ImageError, match="memory. Name fewer files at a time"):
        list(chunks)


def test_ctrl_c_among_many_files_leaves_one_line_and_no_process(many):
    """The keys reach every process of a terminal's group."""
    command = [sys.executable, "-m", "dpn", "predict", "shipped-digits-dpn", *[str(many)] * 40]
    listen = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.default_int_handler)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(
        [*command, "--json"], cwd=ROOT, start_new_session=True, **pipes, **listen
    ) as process:
        assert "file" in json.loads(process.stdout.readline())
        time.sleep(3)  # nobody reads on, so that all that was begun ahead is done
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)  # until the last of them has closed its stderr
    assert process.returncode == 2
    assert err.decode().splitlines()[-1].startswith("dpn predict: stopped.")
    assert b"Traceback" not in err


def test_no_process_is_left_of_a_command_that_was_ended(many, tmp_path):
    command = [sys.executable, "-m", "dpn", "predict", "shipped-digits-dpn", *[str(many)] * 40]
    with subprocess.Popen(
        [*command, "--json"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.kill()
        process.communicate(timeout=30)  # its children have its pipes, too


def test_a_pattern_that_no_shell_has_replaced_stands_for_what_it_matches(tmp_path):
    for name in ("b.png", "a.png", "[odd].png", "c.txt"):
        (tmp_path / name).write_bytes(b"x")

    def found(*names):
        asked = [str(tmp_path / name) for name in names]
        return [path.name for path in files.find_files(asked, lambda _: None)]

    assert found("?.png", "c.*") == ["a.png", "b.png", "c.txt"]
    assert found("[odd].png") == ["[odd].png"]
    assert found("*.gif") == ["*.gif"]  # which is said not to be there
    with pytest.raises(ImageError, match="FILE must be a name, got ''"):
        list(files.find_files([""], lambda _: None))


def test_links_to_folders_are_followed_and_broken_ones_are_told_of(tmp_path):
    (tmp_path / "far" / "cats").mkdir(parents=True)
    (tmp_path / "far" / "cats" / "1.png").write_bytes(png(np.zeros((9, 9), np.uint8)))
    asked = tmp_path / "pets"
    asked.mkdir()
    (asked / "cats").symlink_to(tmp_path / "far" / "cats")
    (asked / "back").symlink_to(asked)
    (asked / "gone.png").symlink_to(tmp_path / "nowhere.png")
    pictures, notes = files.pictures_in(asked)
    assert (pictures, notes) == ([("cats", "1.png"), ("gone.png",)], [])
    on_disk = read_from(asked)
    assert [file.path for file in on_disk] == pictures
    with pytest.raises(DataError, match=r"gone.png is damaged or cut short \(.*No such file"):
        on_disk[1].read()
