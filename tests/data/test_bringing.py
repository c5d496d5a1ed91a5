"""Zips of texts, series and lists, and tables with several columns that could be the classes."""

import zipfile
from pathlib import Path

import pytest

from dpn.data.catalogue import dataset_info
from dpn.data.worlds.bringing import bring
from dpn.errors import DataError
from dpn.keeping import UnclearColumns

TEXTS = "text,label\n" + "play jazz,music\nwake me,alarm\n" * 9


def packed(file, members):
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def recordings(above):
    rows = "x,y\n" + "\n".join(f"{i % 3},{i % 7}" for i in range(20))
    return {f"{above}{label}/{i}.csv": rows for label in ("run", "walk") for i in range(3)}


@pytest.mark.parametrize(
    ("members", "world"),
    [
        ({"a/notes.csv": TEXTS, "__MACOSX/a/._notes.csv": b"\0", "a/.DS_Store": b"\0"}, "text"),
        ({f"x/{c}/{i}.txt": f"{c} film {i}" for c in ("good", "bad") for i in range(3)}, "text"),
        (recordings(""), "series"),
        (recordings("top/"), "series"),
        ({**recordings("top/data/"), "top/README.md": "Of walks.", "LICENSE": "MIT"}, "series"),
        (
            {
                **{f"x/{c}/{i}.txt": f"{c} film {i}" for c in ("good", "bad") for i in range(3)},
                "x/visits.csv": "user,item,time\n"
                + "".join(f"{u},{u * j % 9},{j}\n" for u in range(9) for j in range(9)),
            },
            "text",
        ),
        ({"u.data": "".join(f"{u}\t{u * j % 9}\t3\t{j}\n" for u in range(9) for j in range(9))},
         "list"),
    ],
)  # fmt: skip
def test_a_zip_is_what_is_in_it(tmp_path, members, world):
    file = packed(tmp_path / "mine.zip", members)
    name, _ = bring(file, tmp_path / "data")
    assert dataset_info(name, tmp_path / "data").world == world
    assert sorted(tmp_path.iterdir()) == [tmp_path / "data", file]


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({}, r"mine\.zip is empty"),
        (
            {"cat/1.png": b"\x89PNG", "dog/1.png": b"\x89PNG"},
            r"datasets add \S*/mine\.zip`, and train",
        ),
        (
            {"images/1.png": b"\x89PNG", "train.csv": "image,label\n1.png,a\n"},
            r"datasets add \S*/mine",
        ),
        ({"../../a.csv": TEXTS}, "is empty"),
        ({"mine.zip": b"PK\x03\x04"}, "is a zip. Unpack it"),
    ],
)
def test_a_zip_of_nothing_that_can_be_read_says_so(tmp_path, members, told):
    with pytest.raises(DataError, match=told):
        bring(packed(tmp_path / "mine.zip", members), tmp_path / "data")
    assert [*tmp_path.rglob("*.csv")] == []


def test_the_line_that_adds_pictures_names_them_as_they_were_typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = "label," + ",".join(f"pixel{i}" for i in range(64)) + "\n"
    rows += "".join(f"{i % 2}," + ",".join(["7"] * 64) + "\n" for i in range(9))
    for path in (Path("a b/c/digits.csv"), Path("pets/cat/1.png"), Path("pets/dog/1.png")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rows)
    for typed, line in (
        ("a b/c/digits.csv", r"^digits\.csv looks .* datasets add 'a b/c/digits\.csv'`"),
        ("a b/c", r"^c looks .* datasets add 'a b/c'`"),
        (tmp_path / "pets", rf"^pets looks .* datasets add {tmp_path}/pets`"),
    ):
        with pytest.raises(DataError, match=line):
            bring(Path(typed), tmp_path / "data")
    with pytest.raises(DataError, match=r"datasets add pets`"):
        bring(tmp_path / "pets", tmp_path / "data", called="pets")


def test_a_zip_that_unpacks_to_too_much_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("dpn.files.archives.unpack.__defaults__", (1_000,))
    file = packed(tmp_path / "mine.zip", {"a.csv": TEXTS, "b.csv": "x" * 2_000})
    with pytest.raises(DataError, match=r"mine\.zip: all in it takes"):
        bring(file, tmp_path / "data")


def test_of_series_with_two_columns_of_classes_one_is_asked_for(tmp_path):
    file = tmp_path / "mine.csv"
    rows = [
        f"s{i},{j},{i * j % 5},{'ab'[i % 2]},{'cd'[i // 2 % 2]}"
        for i in range(12)
        for j in range(9)
    ]
    file.write_text("\n".join(["series,time,x,kind,mood", *rows]))
    with pytest.raises(UnclearColumns, match="kind, mood could") as unclear:
        bring(file, tmp_path / "data")
    assert (unclear.value.names, unclear.value.of_texts) == (["kind", "mood"], False)
    name, _ = bring(file, tmp_path / "data", label="mood")
    assert dataset_info(name, tmp_path / "data").classes == 2


def test_a_file_many_folders_deep_in_a_zip_is_told_of(tmp_path):
    file = packed(tmp_path / "mine.zip", {"a/" * 1_200 + "a.csv": TEXTS})
    with pytest.raises(DataError, match=r"mine\.zip: a file lies more than 50 folders deep"):
        bring(file, tmp_path / "data")


def test_what_only_begins_as_a_readme_does_is_read(tmp_path):
    file = packed(tmp_path / "mine.zip", {"citations.csv": TEXTS, "README.md": "Of texts."})
    name, _ = bring(file, tmp_path / "data")
    info = dataset_info(name, tmp_path / "data")
    assert (info.world, info.length) == ("text", 2)
