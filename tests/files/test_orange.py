"""Orange's .tab files: two rows below the names of the columns say what these are."""

import shutil

import pytest

from dpn.data.worlds.bringing import bring
from dpn.errors import DataError
from dpn.texts.reading import read_columns, read_texts
from tests.texts.layouts import write

ROWS = [f"{('good', 'bad')[i % 2]}\ta longer text {i}" for i in range(20)]
HEADS = {
    "short": "Kind\tSaid\nd\tstring\nclass\t",
    "long": "Kind\tSaid\ndiscrete\tstring\nclass\tinclude=True",
    "values": "Kind\tSaid\ngood bad\tstring\nclass\tmeta include=True title=True",
    "blank": "Kind\tSaid\nd\tstring\n\t",
}


@pytest.mark.parametrize("case", HEADS)
def test_types_and_flags_are_no_texts(tmp_path, case):
    file = write(tmp_path, "a.tab", "\n".join([HEADS[case], *ROWS]) + "\n")
    found = read_texts(file)
    assert ({*found.labels}, len(found.texts), found.notes) == ({"good", "bad"}, 20, ())
    assert read_columns(file).texts == found.texts


def test_what_is_flagged_holds_the_classes_and_the_texts(tmp_path):
    head = "language\tAuthor\tcontent\tat\nd\td\tstring\tstring\n\tclass\tmeta\tinclude=True"
    rows = [f"{'ed'[i % 2]}n\t{'xyz'[i % 3]}\tsaid {i}\tat {i}" for i in range(30)]
    found = read_texts(write(tmp_path, "a.tab", "\n".join([head, *rows])))
    assert (found.columns, {*found.labels}) == (("at", "Author"), {*"xyz"})
    assert read_texts(tmp_path / "a.tab", "content", "language").columns == ("content", "language")


def test_a_table_of_kinds_is_no_set_of_texts(tmp_path):
    head = "status\tage\tsex\tsurvived\nd\td\td\td\n\t\t\tclass"
    rows = [f"{('crew', 'first')[i % 2]}\t{i % 3}a\t{'mf'[i % 2]}\t{i % 2}" for i in range(60)]
    with pytest.raises(DataError, match=r"holds kinds and no texts .*--text-column NAME"):
        read_texts(write(tmp_path, "a.tab", "\n".join([head, *rows])))


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_of_them_is_read(tmp_path, packed):
    path = tmp_path / "in"
    path.mkdir()
    for part in ("train", "test"):
        write(path, f"news-{part}.tab", "\n".join([HEADS["short"], *ROWS]))
        write(path, f"news-{part}.tab.metadata", "Name: news")
    if packed:
        path = tmp_path / "in.zip"
        shutil.make_archive(str(tmp_path / "in"), "zip", tmp_path / "in")
    name, notes = bring(path, tmp_path / "data")
    assert (name, notes) == ("news", ("news-test.tab is the test part.",))
