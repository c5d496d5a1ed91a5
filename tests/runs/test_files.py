"""Files of a run: whole or not there, whatever happens while they are written."""

import errno
import json
import os
import threading

import pytest

from dpn.runs import files
from dpn.runs.files import unchanged, write_bytes, write_json


def test_bytes_are_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "file"
    write_bytes(path, b"old")
    write_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["file"]
    write_json(path, {"name": "ä", "n": 1})
    assert json.loads(path.read_text(encoding="utf-8")) == {"name": "ä", "n": 1}


@pytest.mark.parametrize("at", ["fsync", "replace"])
def test_an_error_while_writing_leaves_the_old_file_alone(tmp_path, monkeypatch, at):
    path = tmp_path / "file"
    write_bytes(path, b"old")

    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, at, full)
    with pytest.raises(OSError, match="No space"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_the_new_file_is_complete_before_it_gets_its_name(tmp_path, monkeypatch):
    path = tmp_path / "file"
    seen = []
    replace = os.replace

    def look(source, target):
        seen.append((source.read_bytes(), target.exists()))
        replace(source, target)

    monkeypatch.setattr(files.os, "replace", look)
    write_bytes(path, b"x" * 100_000)
    assert seen == [(b"x" * 100_000, False)]


def test_a_reader_never_sees_half_a_file(tmp_path):
    path = tmp_path / "file"
    versions = [bytes([65 + i]) * 200_000 for i in range(20)]
    write_bytes(path, versions[0])
    seen, is_over = [], threading.Event()

    def read():
        while not is_over.is_set():
            seen.append(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for version in versions:
        write_bytes(path, version)
    is_over.set()
    reader.join()
    assert seen
    assert set(seen) <= set(versions)


def test_a_file_that_has_not_changed_is_read_once(tmp_path):
    file, asked = tmp_path / "a.json", []

    def read(path):
        asked.append(path)
        return json.loads(path.read_text())

    file.write_text("[1]")
    assert [unchanged(file, read), unchanged(file, read)] == [[1], [1]]
    assert len(asked) == 2  # it is so young that it may change once more and not tell
    os.utime(file, (1, 1))
    assert unchanged(file, read) is unchanged(file, read)
    assert len(asked) == 3
    write_bytes(file, b"[2]")  # of the same size, and as old: another file stands there
    os.utime(file, (1, 1))
    assert unchanged(file, read) == [2]
    file.write_text("no")
    os.utime(file, (2, 2))
    for _ in range(2):
        with pytest.raises(json.JSONDecodeError):
            unchanged(file, read)
    file.unlink()
    with pytest.raises(FileNotFoundError):
        unchanged(file, read)
