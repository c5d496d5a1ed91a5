"""Tables of users, items and times: found by names or by content, and what is refused."""

import pytest

from dpn.errors import DataError
from dpn.items import reading, sets
from dpn.items.reading import is_of_lists, read_lists
from dpn.series.reading import is_of_series

ROWS = [("7", "b", 30), ("7", "a", 10), ("9", "a", 5), ("7", "c", 20), ("9", "c", 6), ("9", "b", 7)]
LISTS = [["a", "c", "b"], ["a", "c", "b"]]


def written(path, head, row="{0},{1},{2}", rows=ROWS):
    path.write_text("".join(line + "\n" for line in [*head, *(row.format(*one) for one in rows)]))
    return path


@pytest.mark.parametrize(
    ("name", "head", "row"),
    [
        ("a.csv", ["user,item,time"], "{0},{1},{2}"),
        ("ratings.csv", ["userId,movieId,rating,timestamp"], "{0},{1},4.5,{2}"),
        ("events.csv", ["timestamp;event;session_id;item_id"], "2026-11-{2:02} 14:05;view;{0};{1}"),
        ("no_time_name.csv", ["user,item,happened"], "{0},{1},11{2:08}"),
        ("ratings.dat", [], "{0}::{1}::5::11{2:08}"),
        ("u.data", [], "{0}\t{1}\t3\t11{2:08}"),
        ("clicks.tsv", [], "{0}\t{1}\t11{2:08}"),
        ("u1.base", [], "{0}\t{1}\t3\t11{2:08}"),
    ],
)
def test_a_table_is_read_in_the_order_of_time_however_it_is_laid_out(tmp_path, name, head, row):
    path = written(tmp_path / name, head, row)
    assert is_of_lists(path)
    read = read_lists(path)
    assert read.lists == LISTS
    assert bool(read.notes) == (not head)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("spaces.txt", "{0} {1} 3 11{2:08}"),
        ("ratings.dat", "{0}::{1}::5::{2}"),  # of any time, however small
        ("u.data", "{0}\t{1}\t2\t{2}"),
        ("of_one.test", "{0}\t{1}\t3\t11{2:08}"),
    ],
)
def test_a_few_rows_of_numbers_are_read_as_movielens_has_them(tmp_path, name, row):
    rows = [(user, "abc".index(item) + 1, time) for user, item, time in ROWS]
    path = written(tmp_path / name, [], row, rows)
    assert is_of_lists(path)
    assert read_lists(path).lists == [["1", "3", "2"]] * 2
    assert not is_of_lists(written(tmp_path / "other.txt", [], "{0} {1} 3 {2}", rows))
    assert not is_of_lists(written(tmp_path / "prose.txt", ["A user and an item."], rows=[]))


def test_a_quotation_mark_between_tabs_is_one_of_a_title(tmp_path):
    rows = [(user, f'"{item}' if item != "c" else item, time) for user, item, time in ROWS]
    path = written(tmp_path / "plays.tsv", ["user\ttrack\ttime"], "{0}\t{1}\t{2}", rows)
    assert is_of_lists(path)
    assert read_lists(path).lists == [['"a', "c", '"b']] * 2
    rows = [(user, f'"{item}\nlive"', time) for user, item, time in ROWS]
    path = written(tmp_path / "whole.tsv", ["user\ttrack\ttime"], "{0}\t{1}\t{2}", rows)
    assert read_lists(path, to_learn=False).lists == [["a live", "c live", "b live"]] * 2


def test_a_first_line_may_say_what_parts_the_cells(tmp_path):
    path = written(tmp_path / "a.csv", ["sep=;", "user;item;time"], "{0};{1};{2}")
    assert is_of_lists(path)
    assert read_lists(path).lists == LISTS


def test_of_rows_of_the_same_time_the_order_of_the_file_counts(tmp_path):
    rows = [*(("u", item, 1) for item in "dbca"), *(("v", item, 1) for item in "aab")]
    path = written(tmp_path / "a.csv", ["user,item,time"], rows=[*rows, rows[0]])
    assert read_lists(path).lists == [list("dbcad"), list("aab")]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "is empty. Accepted: a CSV with the columns user, item and time"),
        ("user,movie\n1,2\n", "has no column called time; its columns are user, movie"),
        ("a,b,c\nx,y,z\n", "has no column called user or item or time"),
        (
            "user,item,time\n1,2,3\n1,2,soon\n1,3,4\n",
            "line 3: the time is 'soon'; accepted is a number",
        ),
        ("user,item,time\n1,2,nan\n", "line 2: the time is 'nan'"),
        ("user,item,time\n,2,3\n", "has no row with a user, an item and a time"),
        ("user,item,time\n1,2,3\n1,3,4\n", "at least two users with three items"),
        ("user,item,time\n1,x\u202ey,3\n1,b,4\n1,b,5\n2,b,1\n2,b,1\n2,b,1\n", "An item of"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(tmp_path, words, told):
    path = tmp_path / "bad.csv"
    path.write_text(words)
    with pytest.raises(DataError, match=told.replace("(", r"\(")):
        read_lists(path)


def test_too_many_items_and_rows_are_refused_with_what_to_do(tmp_path, monkeypatch):
    path = written(tmp_path / "a.csv", ["user,item,time"])
    monkeypatch.setattr(reading, "MAX_ITEMS", 2)
    with pytest.raises(DataError, match="3 different items; at most 2 are .* at most 2 times"):
        read_lists(path)
    monkeypatch.setattr(reading, "MAX_ROWS", 5)
    with pytest.raises(DataError, match="more than 5 rows; bring those of some of its users"):
        read_lists(path)
    path.write_bytes(b"user,item,time\n\xff,1,2\n")
    with pytest.raises(DataError, match="is not UTF-8"):
        read_lists(path)


def test_rows_without_user_or_item_are_left_out_and_counted(tmp_path):
    path = written(tmp_path / "a.csv", ["user,item,time"], rows=[*ROWS, ("7", "", 1), ("", "a", 1)])
    assert read_lists(path).notes == ("a.csv: left out 2 of 8 rows, without user or item.",)


def test_rows_without_a_time_are_left_out_and_counted(tmp_path):
    path = written(tmp_path / "a.csv", ["user,item,time"], rows=[*ROWS, ("7", "d", "")])
    found = read_lists(path)
    assert found.lists == LISTS
    assert found.notes == ("a.csv: left out 1 of 7 rows, without a time.",)


def test_of_a_long_name_of_an_item_the_middle_is_left_out_and_two_stay_two(tmp_path):
    film = "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb ({}) (1963)"
    rows = [(user, film.format(item), time) for user, item, time in ROWS]
    found = read_lists(written(tmp_path / "a.csv", ["user,item,time"], rows=rows))
    (a, c, b), other = found.lists
    assert (len({a, b, c}), other) == (3, [a, c, b])
    assert len(a) == 64
    assert (a[:10], a[-6:], reading.called(film.format("a"))) == ("Dr. Strang", "(1963)", a)
    assert "items with names of more than 64 characters: 3;" in found.notes[0]


@pytest.mark.parametrize(
    "head", ["用户,商品,时间", "用户ID,物品ID,时间戳", "Benutzer,Artikel,Zeit"]
)
def test_names_of_columns_are_known_in_other_languages(tmp_path, head):
    path = written(tmp_path / "a.csv", [head])
    assert is_of_lists(path)
    assert read_lists(path).lists == LISTS


def test_other_tables_are_none_of_lists(tmp_path):
    for name, words in {
        "texts.csv": "text,label\nhello,a\n",
        "series.csv": "series,time,x,label\na,0,1,u\na,1,2,u\n",
        "pixels.csv": "5,0,0,0\n1,3,4,5\n",
        "lines.txt": "a hello\nb you\n",
    }.items():
        (tmp_path / name).write_text(words)
        assert not is_of_lists(tmp_path / name), name
    assert is_of_series(tmp_path / "series.csv")


def test_a_set_is_kept_whole_and_beside_another_of_its_name(tmp_path):
    data = tmp_path / "data"
    name, _ = sets.bring(written(tmp_path / "shop.csv", ["user,item,time"]), data)
    assert name == "shop"
    found = sets.read_set(name, data)
    assert (found.items, found.repeats) == (("a", "b", "c"), False)
    assert [one.tolist() for one in found.lists] == [[0, 2, 1]] * 2
    assert any("Nobody has an item twice" in note for note in found.notes)
    other = written(tmp_path / "shop.csv", ["user,item,time"], rows=[*ROWS, ("7", "a", 99)])
    assert sets.bring(other, data)[0] == "shop 2"
    assert sets.read_set("shop 2", data).repeats
    assert sets.names_of_sets(data) == ["clicks", "shop", "shop 2"]
    sets.path_of(name, data).write_text('["a", 3]\n')
    with pytest.raises(DataError, match="is damaged"):
        sets.read_set(name, data)
