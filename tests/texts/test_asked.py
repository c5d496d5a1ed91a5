"""Files of texts alone, which are asked: read as those that were learned."""

import pytest

from dpn.errors import DataError
from dpn.texts.reading import read_columns, read_texts
from tests.texts.layouts import LAYOUTS, ROWS, write


def test_texts_alone(tmp_path):
    lines = write(tmp_path, "a.txt", "One, two.\n\n  three \n")
    assert (read_columns(lines).texts, read_columns(lines).notes) == (["One, two.", "three"], ())
    assert read_columns(write(tmp_path, "a.csv", LAYOUTS["named.csv"])).texts == [
        t for t, _ in ROWS
    ]
    only = write(tmp_path, "b.csv", "id;words\n1;hello there\n2;and you\n")
    assert read_columns(only, "words").texts == ["hello there", "and you"]
    assert read_columns(write(tmp_path, "c.jsonl", LAYOUTS["objects.jsonl"])).texts[0] == ROWS[0][0]
    with pytest.raises(DataError, match="no columns"):
        read_columns(lines, "words")
    for name, words in (("d.txt", "\n"), ("e.json", "{}"), ("f.json", "[]"), ("g.csv", "text,a\n")):
        with pytest.raises(DataError, match="holds no text"):
            read_columns(write(tmp_path, name, words))


def test_each_text_has_the_number_of_its_line_or_row_and_what_is_left_out_is_said(tmp_path):
    lines = read_columns(write(tmp_path, "a.txt", "\none\n\n  two \n"))
    assert (lines.texts, lines.places, lines.notes) == (["one", "two"], (2, 4), ())
    known = read_columns(write(tmp_path, "b.txt", "a one\n\nb two\n"), classes=("a", "b"))
    assert (known.texts, known.places) == (["one", "two"], (1, 3))
    rows = '1,"one",x\n2,,y\n3,two, three,y\n4,"four\nlines",x\n'
    table = read_columns(write(tmp_path, "c.csv", "id,text,who\n" + rows))
    assert (table.texts, table.places) == (["one", "four\nlines"], (1, 4))
    assert "left out 1 of 4 rows, without text." in table.notes[0]
    assert "left out 1 of 4 rows, which have more cells" in table.notes[1]
    only = read_columns(write(tmp_path, "d.csv", "text\none\n\ntwo\n"))
    assert only.texts == ["one", "two"]


def test_the_first_line_of_texts_alone_may_name_them(tmp_path):
    one = write(tmp_path, "one.csv", "text\nhello there\nand you\n")
    assert read_columns(one).texts == ["hello there", "and you"]
    german = write(tmp_path, "three.csv", "Frage\nWie wird das Wetter?\nSpiel Jazz, bitte\n")
    assert read_columns(german).texts == ["Wie wird das Wetter?", "Spiel Jazz, bitte"]
    asked = "".join(f"a note that is long {i},{'ab'[i % 2]}\n" for i in range(6))
    found = read_columns(write(tmp_path, "two.csv", f"note,kind\n{asked}"))
    assert (found.names, len(found.texts)) == (["note", "kind"], 6)


def test_chinese_names_of_columns_are_known(tmp_path):
    rows = "".join(f"短,放点音乐 {i},类{i % 2}\n" for i in range(6))
    file = write(tmp_path, "zh.csv", f"备注,内容,类别\n{rows}")
    assert read_columns(file).texts[0] == "放点音乐 0"
    assert {*read_texts(file).labels} == {"类0", "类1"}


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("a.txt", "{1};{0}\n"),
        ("b.txt", "{1},{0}\n"),
        ("c.txt", '{1}, so "good".\t{0}\n'),
        ("d.txt", "__label__{0} {1}\n"),
        ("e.txt", "__label__{0} __label__other {1}\n"),
        ("f.data", "{0} {1}\n"),
        ("g.csv", "{0}|{1}\n"),
    ],
)
def test_the_texts_that_are_asked_are_those_that_were_learned(tmp_path, name, row):
    rows = [(("bad", "good")[i % 2], f"thing {i} of them") for i in range(12)]
    for count in (12, 2):
        file = write(tmp_path, name, "".join(row.format(*one) for one in rows[:count]))
        asked = read_columns(file, classes=("bad", "good")).texts
        if count == 12:
            assert asked == read_texts(file).texts
        if name != "c.txt":
            assert asked == [text for _, text in rows[:count]]


def test_intents_and_wide_letters_are_asked_as_they_were_learned(tmp_path):
    wide = "Category\tText\r\n" + "".join(f"{of}\t{text}\r\n" for text, of in ROWS)
    assert read_columns(write(tmp_path, "a.txt", wide.encode("utf-16"))).texts == [
        t for t, _ in ROWS
    ]
    nlu = "nlu:\n- intent: a\n  examples: |\n    - go [on](x)\n- synonym: b\n"
    assert read_columns(write(tmp_path, "nlu.yml", nlu)).texts == ["go on"]


def test_plain_lines_keep_their_first_words(tmp_path):
    lines = [f"{['what', 'who'][i % 2]} is, number {i}" for i in range(20)]
    assert read_columns(write(tmp_path, "a.txt", "\n".join(lines)), classes=("go",)).texts == lines


def test_a_column_of_texts_alone_is_read_as_a_table(tmp_path):
    words = 'text\n"Well, ""yes"", of course"\nno\n"in two\nlines, both"\na, b\n'
    found = read_columns(write(tmp_path, "a.csv", words))
    assert found.texts == ['Well, "yes", of course', "no", "in two\nlines, both", "a, b"]
    commas = "text\n" + "".join(f"go there, please {i}\n" for i in range(6))
    assert read_columns(write(tmp_path, "b.csv", commas)).texts[5] == "go there, please 5"
    unnamed = '"go there, please"\n"stop"\n'
    assert read_columns(write(tmp_path, "c.csv", unnamed)).texts == ["go there, please", "stop"]
    inches = 'text\na 3" pipe\nand, well, no\n'
    assert read_columns(write(tmp_path, "d.csv", inches)).texts == ['a 3" pipe', "and, well, no"]


def test_names_of_columns_are_known_by_what_stands_below(tmp_path):
    words = "id;Datum;Kommentar\n" + "".join(f"{i};0{i + 1}.02.2026;gut, {i}\n" for i in range(5))
    found = read_columns(write(tmp_path, "a.csv", words))
    assert found.names == ["id", "Datum", "Kommentar"]
    assert found.texts == [f"gut, {i}" for i in range(5)]
    rows = [line.split(";", 1)[1] for line in words.splitlines()]
    assert read_columns(write(tmp_path, "b.csv", "\n".join(rows))).names == ["Datum", "Kommentar"]
