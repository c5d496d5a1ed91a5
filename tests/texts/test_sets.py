"""Sets of texts: the embedded one, those that people bring, and what they are called."""

import dataclasses
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dpn.data.catalogue import dataset_info, list_datasets, list_texts
from dpn.data.loading import load_dataset
from dpn.data.worlds.bringing import bring
from dpn.errors import DataError
from dpn.texts import fetching
from dpn.texts.fetching import OUT_OF_SCOPE, SOURCES
from dpn.texts.sets import EMBEDDED, read_set
from tests.helpers import same_tensors, write_texts


def write_lines(file, rows):
    file.write_text("".join(f"{label} {text}\n" for text, label in rows), encoding="utf-8")
    return file


ROWS = [(f"text of class {label} number {i}", str(label)) for i in range(6) for label in (10, 9)]


def test_the_embedded_questions_are_in_two_languages_and_ten_intents(tmp_path):
    found = read_set(EMBEDDED, tmp_path)
    assert len(found.train) == len(set(found.train)) == 600
    assert len(found.class_names) == 10
    assert sum(text.isascii() for text in found.train) == 400
    data = load_dataset(EMBEDDED, tmp_path)
    assert data.world == "text"
    assert len(data.x_test) == 120
    assert data.preparation == ""
    assert dataset_info(EMBEDDED, tmp_path).classes == 10
    assert EMBEDDED not in [info.name for info in list_datasets(tmp_path)]  # of pictures


def test_the_seed_holds_out_and_the_test_part_stays(tmp_path):
    write_texts(tmp_path)
    one, other = (load_dataset("small", tmp_path, seed=seed) for seed in (0, 1))
    assert one.x_test.equal(other.x_test)
    assert not one.y_val.equal(other.y_val) or not one.x_val.equal(other.x_val)
    again = load_dataset("small", tmp_path, seed=0)
    assert same_tensors({"x": one.x_train}, {"x": again.x_train})
    assert again.beside == one.beside


def test_a_file_is_kept_once_under_its_name(tmp_path):
    data = tmp_path / "data"
    file = write_lines(tmp_path / "my file.train.txt", ROWS)
    assert bring(file, data)[0] == bring(file, data)[0] == "my file"
    assert [info.name for info in list_texts(data)] == [EMBEDDED, *SOURCES, "my file"]
    assert read_set("my file", data).class_names == ("9", "10")  # numbers in their order
    write_lines(file, ROWS[:-1])
    assert bring(file, data)[0] == "my file 2"
    assert bring(write_lines(tmp_path / f"{EMBEDDED}.txt", ROWS), data)[0] == f"{EMBEDDED} 2"


def test_a_neighbour_called_test_is_the_test_part(tmp_path):
    file = write_lines(tmp_path / "topic_train.txt", ROWS)
    write_lines(tmp_path / "topic_test.txt", ROWS[:3])
    name, notes = bring(file, tmp_path / "data")
    assert name == "topic"
    assert notes == ("topic_test.txt is the test part.",)
    assert len(load_dataset(name, tmp_path / "data").x_test) == 3
    assert bring(tmp_path, tmp_path / "data")[0] == "topic"  # the folder that holds both


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("a b", "x"), ("c d", "x"), ("e f", "x")], "not clear how"),
        ([*ROWS, *[("a", "y" * 70)] * 2], "names are 1 to 64 visible characters"),
    ],
)
def test_what_cannot_be_trained_on_is_not_kept(tmp_path, rows, words):
    with pytest.raises(DataError, match=words):
        bring(write_lines(tmp_path / "a.txt", rows), tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_folder_of_several_files_is_asked_about(tmp_path):
    for name in ("a.txt", "b.txt"):
        write_lines(tmp_path / name, ROWS)
    with pytest.raises(DataError, match=r"holds a\.txt, b\.txt"):
        bring(tmp_path, tmp_path / "data")


def test_long_texts_are_read_in_part_and_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("dpn.texts.vocabulary.MOST_TOKENS", 16)
    rows = [(f"{text} {'and so on ' * 10}", label) for text, label in ROWS]
    name, _ = bring(write_lines(tmp_path / "a.txt", rows), tmp_path / "data")
    data = load_dataset(name, tmp_path / "data")
    assert data.x_train.shape[1] == 16
    assert any("the first 16 words are read" in note for note in data.notes)


def test_a_known_set_is_fetched_once_and_checked(tmp_path, monkeypatch):
    pairs = [[text, label] for text, label in ROWS]
    data = json.dumps({"train": pairs, "val": pairs[:2], "test": pairs[:4], "oos_test": pairs[:1]})
    file = tmp_path / "data_full.json"
    file.write_text(data, encoding="utf-8")
    right = hashlib.sha256(data.encode()).hexdigest()

    def known(checksum, where=file):
        source = dataclasses.replace(
            SOURCES["clinc150"], files=((where.as_uri(), checksum, ""),), total_bytes=len(data)
        )
        monkeypatch.setitem(fetching.SOURCES, "clinc150", source)

    known("0" * 64)
    with pytest.raises(DataError, match="not what it was"):
        load_dataset("clinc150", tmp_path / "here")
    known(right, tmp_path / "gone.json")
    with pytest.raises(DataError, match="could not be downloaded"):
        load_dataset("clinc150", tmp_path / "here")
    with pytest.raises(DataError, match="not on this machine yet"):
        load_dataset("clinc150", tmp_path / "here", download=False)
    assert dataset_info("clinc150", tmp_path / "here").source == "download"
    known(right)
    told = []
    found = load_dataset("clinc150", tmp_path / "here", progress=lambda *done: told.append(done))
    assert found.class_names == ("9", "10", OUT_OF_SCOPE)
    assert len(found.x_train) + len(found.x_val) == len(ROWS) + 2
    assert told == [(len(data), len(data))]
    file.unlink()
    assert load_dataset("clinc150", tmp_path / "here", download=False).x_test.equal(found.x_test)
    assert dataset_info("clinc150", tmp_path / "here").source == "on disk"


def test_a_connection_that_is_lost_is_called_so(tmp_path, monkeypatch):
    """And not a file that is another one now."""

    class Short(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"half")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Short) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/data_full.json"
        source = dataclasses.replace(SOURCES["clinc150"], files=((address, "0" * 64, ""),))
        monkeypatch.setitem(fetching.SOURCES, "clinc150", source)
        with pytest.raises(DataError, match="connection lost, 996 bytes missing"):
            load_dataset("clinc150", tmp_path)


def test_the_numbers_of_known_sets_are_told_as_words():
    rows = SOURCES["trec"].read(b"0 What is caf\xe9 ?\n5 How many\x85 ?\n", "train")
    assert rows == [
        ("What is caf\u00e9 ?", "description", "train"),
        ("How many\x85 ?", "number", "train"),
    ]
    rows = SOURCES["sst2"].read("1 na\u00efve\n0 too long\n".encode(), "test")
    assert rows == [("na\u00efve", "good", "test"), ("too long", "bad", "test")]


def write_folders(folder, parts):
    for part, count in parts.items():
        for i in range(count):
            file = folder / part / ("good", "bad")[i % 2] / f"{i}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"a text\nof {part} {i}\n", encoding="utf-8")
    return folder


def test_a_folder_for_each_class_holds_a_text_a_file(tmp_path):
    films = write_folders(tmp_path / "films", {"train": 6, "test": 4})
    (films / "train" / "unsup").mkdir()
    (films / "train" / "unsup" / "1.txt").write_text("of no class")
    (films / "imdb.vocab").write_text("a\ntext\n")
    name, _ = bring(films, tmp_path / "data")
    found = read_set(name, tmp_path / "data")
    assert (name, found.class_names) == ("films", ("bad", "good"))
    assert (len(found.train), len(found.test)) == (6, 4)
    assert found.train[0] == "a text of train 1"
    alone = read_set(bring(films / "train", tmp_path / "data")[0], tmp_path / "data")
    assert (alone.train, alone.test) == (found.train, [])


def test_a_readme_beside_a_file_of_texts_is_none(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "README.md").write_text("# Words\n\nThey are mine.\n")
    (folder / "ways.csv").write_text("text,label\n" + "turn left,a\nturn right,b\n" * 9)
    assert bring(folder, tmp_path / "data")[0] == "ways"


def test_a_folder_of_other_folders_says_what_it_must_hold(tmp_path):
    write_folders(tmp_path / "one", {"train": 1})
    with pytest.raises(DataError, match="no series that can be told, but train. Accepted"):
        bring(tmp_path / "one", tmp_path / "data")
    odd = write_folders(tmp_path / "odd", {"train": 6})
    (odd / "train" / "good" / "7.txt").write_bytes(
        "caf\u00e9 of a long text, so mostly ASCII, as can be seen".encode("latin-1")
    )
    notes = bring(odd, tmp_path / "data")[1]
    assert notes == ("Not UTF-8, so read as ISO-8859-1 or UTF-16: 7.txt.",)


@pytest.mark.parametrize(
    ("file", "words", "told"),
    [
        ("few.csv", "text,label\ngood,u\nbad,d\nfine,u\nworse,d\n", "few texts"),
        (
            "few.csv",
            "series,time,x,label\n"
            + "".join(f"{i},{t},{t * i},{'ud'[i % 2]}\n" for i in range(4) for t in range(4)),
            "few series",
        ),
    ],
)
def test_of_a_set_that_is_too_small_it_is_said_how_many_are_needed(tmp_path, file, words, told):
    (tmp_path / file).write_text(words)
    name, _ = bring(tmp_path / file, tmp_path / "data")
    with pytest.raises(DataError, match=f"few has too {told}: its largest class has 2, and one"):
        load_dataset(name, tmp_path / "data")
