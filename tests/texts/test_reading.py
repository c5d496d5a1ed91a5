"""Files of texts: what is left out or asked about, and what is said of those that are none."""

import pytest

from dpn.errors import DataError
from dpn.texts.reading import read_columns, read_texts
from tests.texts.layouts import ROWS, as_csv, write


def test_a_column_of_parts_is_used(tmp_path):
    rows = [f"{text!r}\t{label}\t{part}" for (text, label), part in zip(
        ROWS, ("train", "dev", "train", "test"), strict=True)]  # fmt: skip
    found = read_texts(write(tmp_path, "a.tsv", "\n".join(["text\tlabel\tsplit", *rows])))
    assert found.parts == ["train", "train", "train", "test"]


def test_two_columns_that_could_be_the_class_are_asked_about_and_may_be_said(tmp_path):
    rows = "".join(f"a long text {i},{i % 2},{i % 3}\n" for i in range(12))
    file = write(tmp_path, "a.csv", "words,one,two\n" + rows)
    with pytest.raises(DataError, match=r"a\.csv holds the classes: one, two.*--label-column"):
        read_texts(file)
    assert len(set(read_texts(file, label="two").labels)) == 3
    with pytest.raises(DataError, match="--label-column must be one of words, one, two"):
        read_texts(file, label="tow")


def test_western_european_is_read_and_said(tmp_path):
    lines = "".join(f"{i % 2} a question of some words number {i}\n" for i in range(20))
    found = read_texts(write(tmp_path, "a.txt", (lines + "1 caf\xe9\n").encode("latin-1")))
    assert found.texts[-1] == "café"
    assert "line 21 holds the byte 0xE9" in found.notes[0]
    assert read_texts(write(tmp_path, "b.csv", as_csv().encode("utf-16"))).texts[3] == ROWS[3][0]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", "  \n", "empty.csv is empty"),
        ("zero.csv", b"a\0b", "holds zero bytes"),
        ("chinese.csv", as_csv().replace("stop", "停" * 40).encode("gbk"), "not UTF-8.*Save it"),
        ("prose.txt", "Once upon a time\nthere was a text\nof no class at all\n", "not clear how"),
        ("names.csv", "text,label\n", "holds names of columns and no rows"),
        ("single.csv", "text,label\n" + '"a",x\n"b",y\n', None),
        ("one.csv", "id,words\n1,some words\n2,other words\n", "no column of classes"),
        ("bad.jsonl", '{"text": "a", "label": "b"}\n{"text": \n', r"Line 2 of bad\.jsonl"),
        ("numbers.json", "[1, 2]", "must hold an object for each text"),
        ("broken.json", "[{", "is no JSON"),
        ("nothing.json", "{}", "no column of classes|holds names of columns and no rows"),
        ("none.json", "[]", "no column of classes|holds names of columns and no rows"),
        ("blank.csv", 'text,label\n"",x\n', "holds no text with a class"),
    ],
)
def test_what_is_none_is_refused_in_words(tmp_path, name, content, words):
    file = write(tmp_path, name, content)
    if words is None:
        assert len(read_texts(file).texts) == 2
        return
    with pytest.raises(DataError, match=words):
        read_texts(file)


def test_a_row_with_a_comma_too_many_is_left_out(tmp_path):
    rows = [f"{i},go {'ud'[i % 2]},{'ud'[i % 2]}\n" for i in range(4)] + ["4,well, go,u\n", "5,,u"]
    found = read_texts(write(tmp_path, "a.csv", "id,text,label\n" + "".join(rows)))
    assert found.texts == ["go u", "go d"] * 2
    assert found.notes == (
        "a.csv: left out 1 of 6 rows, without text or class.",
        "a.csv: left out 1 of 6 rows, which have more cells than the others: a text with such a "
        "mark in it must stand in quotation marks.",
    )


def test_texts_with_commas_and_no_quotation_marks_are_put_together(tmp_path):
    rows = [("ud"[i % 2], f"go there{', please' * (i % 4 > 0)}") for i in range(12)]
    first = "".join(f"{label},{text}\n" for label, text in rows)
    last = "".join(f"{text},{label}\n" for label, text in rows)
    for words in (f"label,text\n{first}", f"text,label\n{last}"):
        found = read_texts(write(tmp_path, "a.csv", words))
        assert [*zip(found.labels, found.texts, strict=True)] == rows
        assert found.notes == ()
    once = write(tmp_path, "a.csv", f"text,label\n{last}go, they say,away\n")
    found = read_texts(once)  # which part is the class cannot be told
    assert len(found.texts) == 12
    assert "left out 1 of 13 rows, which have more cells" in found.notes[0]
    ended = write(
        tmp_path, "a.csv", "text,label\n" + last.replace(", please", "").replace("\n", ",\n")
    )
    assert {*read_texts(ended).texts} == {"go there"}


def test_rows_that_lack_something_are_left_out_and_counted(tmp_path):
    found = read_texts(write(tmp_path, "a.csv", as_csv() + '"no class",\n"","lost"\n'))
    assert len(found.texts) == len(ROWS)
    assert found.notes == ("a.csv: left out 2 of 6 rows, without text or class.",)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_texts(tmp_path / "none.csv")


def test_a_backslash_before_a_quotation_mark_keeps_it_in_its_text(tmp_path):
    rows = r'"he said \"hi, you\" to me",u' + "\n" + '"so, go",d\nhi,u\n"a ""b""",d\n'
    found = read_texts(write(tmp_path, "a.csv", "text,label\n" + rows[:-12]))
    assert found.texts == ['he said "hi, you" to me', "so, go", "hi"]
    plain = write(tmp_path, "b.csv", 'text,label\n"C:\\dir\\",u\n"a ""b""",d\nhi,u\nyou,d\n')
    assert read_texts(plain).texts == ["C:\\dir\\", 'a "b"', "hi", "you"]


def test_a_quotation_mark_that_nothing_closes_is_told_where_it_stands(tmp_path):
    words = 'text,label\nhi,u\n"in two\nlines",d\n"open,u\nso,d\ngo,u\n'
    file = write(tmp_path, "a.csv", words)
    for read in (read_texts, read_columns):
        with pytest.raises(DataError, match="a.csv, line 5: a quotation mark opens a cell"):
            read(file)


@pytest.mark.parametrize("nothing", ["", "NaN", "nan", "<NA>", "NULL"])
def test_what_stands_for_nothing_is_no_class(tmp_path, nothing):
    rows = f"hi,u\nyou,d\nnan,u\nso,d\nlost,{nothing}\ngone,{nothing}\n"
    found = read_texts(write(tmp_path, "a.csv", "text,label\n" + rows))
    assert (found.texts, {*found.labels}) == (["hi", "you", "nan", "so"], {"u", "d"})
    assert found.notes == ("a.csv: left out 2 of 6 rows, without text or class.",)


def test_of_classes_that_differ_in_capitals_it_is_said(tmp_path):
    rows = "".join(f"hi {i},{of}\n" for i, of in enumerate(["Good", "good", "bad"] * 2))
    found = read_texts(write(tmp_path, "a.csv", "text,label\n" + rows))
    assert {*found.labels} == {"Good", "good", "bad"}
    assert found.notes == ("a.csv: classes that differ in capitals are several: Good, good.",)
