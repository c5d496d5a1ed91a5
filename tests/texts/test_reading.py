"""Files of texts as people have them: every layout, and what is said of those that are none."""

import json

import pytest

from dpn.errors import DataError
from dpn.texts.reading import read_columns, read_texts

ROWS = [
    ("Where is my card?", "arrival"),
    ("I lost it, again", "lost"),
    ('He said "stop"', "arrival"),
    ("明天会到吗", "lost"),
]


def as_csv(mark=",", header="text,category\n", turned=False):
    rows = [(label, text) if turned else (text, label) for text, label in ROWS]
    quote = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    return header.replace(",", mark) + "".join(mark.join(row) + "\n" for row in quote)


def as_lines(between=" ", front=""):
    return "".join(f"{front}{label}{between}{text}\n" for text, label in ROWS)


def as_json(text="text", label="label"):
    return [{"id": i, text: one, label: of} for i, (one, of) in enumerate(ROWS)]


LAYOUTS = {
    "named.csv": as_csv(),
    "turned.csv": as_csv(header="label,sentence\n", turned=True),
    "odd.csv": as_csv(header="a,b\n"),
    "none.csv": as_csv(header=""),
    "semicolons.csv": as_csv(";"),
    "tabs.tsv": as_csv("\t"),
    "tabs.txt": as_lines("\t"),
    "spaces.txt": as_lines(),
    "fasttext.txt": as_lines(front="__label__"),
    "windows.csv": "\ufeff" + as_csv().replace("\n", "\r\n"),
    "objects.jsonl": "".join(json.dumps(one) + "\n" for one in as_json()),
    "named.ndjson": "\n\n".join(map(json.dumps, as_json("query", "intent"))),
    "list.json": json.dumps(as_json("utterance", "intent"), indent=1),
    "semicolon.txt": "".join(f"{text};{label}\n" for text, label in ROWS),
    "empty.csv": "v1,v2,,,\n"
    + "".join(f'{of},"{t.replace(chr(34), chr(34) * 2)}",,,\n' for t, of in ROWS),
    "parts.json": json.dumps({"train": ROWS[:2], "oos_val": ROWS[2:]}),
    "list.txt": json.dumps(as_json()),
    "excel.csv": "sep=;\r\n" + as_csv(";", "Kommentar;Klasse\n"),
    "pipes.csv": as_csv("|"),
    "colons.txt": as_lines(": "),
    "wrapped.json": json.dumps({"version": 1, "data": as_json("utt", "cls")}),
    "inner.jsonl": "".join(
        json.dumps({"data": {"text": text}, "annotation": {"label": of}}) + "\n"
        for text, of in ROWS
    ),
    "lists.json": json.dumps({"train": as_json()[:3], "dev": as_json()[3:]}),
    "pairs.json": json.dumps(ROWS),
    "header.json": json.dumps([("text", "label"), *ROWS]),
    "columns.json": json.dumps(
        {
            name: {str(i): row[at] for i, row in enumerate(ROWS)}
            for at, name in enumerate(("words", "kind"))
        }
    ),
    "index.json": json.dumps({str(i): {"words": t, "kind": of} for i, (t, of) in enumerate(ROWS)}),
    "split.json": json.dumps({"columns": ["words", "kind"], "index": [0, 1, 2, 3], "data": ROWS}),
    "lists of columns.json": json.dumps(
        {"text": [t for t, _ in ROWS], "label": [of for _, of in ROWS]}
    ),
    "doccano.jsonl": "".join(
        json.dumps({"id": i, "text": t, "label": [of], "Comments": []}) + "\n"
        for i, (t, of) in enumerate(ROWS)
    ),
    "rows.json": json.dumps(
        {
            "features": [{"feature_idx": 0, "name": "text"}, {"feature_idx": 1, "name": "label"}],
            "rows": [
                {"row_idx": i, "row": one, "truncated_cells": []} for i, one in enumerate(as_json())
            ],
            "partial": False,
        }
    ),
}


def write(folder, name, content):
    file = folder / name
    if isinstance(content, str):
        content = content.encode()
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_layout_is_understood(tmp_path, name):
    found = read_texts(write(tmp_path, name, LAYOUTS[name]))
    assert list(zip(found.texts, found.labels, strict=True)) == ROWS
    assert set(found.parts) == {"train"}
    assert found.notes == ()


@pytest.mark.parametrize(
    "of",
    [
        lambda texts: {kind: texts[kind] for kind in texts},
        lambda texts: {
            "intents": [
                {"tag": kind, "patterns": texts[kind], "responses": ["ok", "yes"], "context": [""]}
                for kind in texts
            ]
        },
    ],
)
def test_several_texts_of_one_class_are_a_row_each(tmp_path, of):
    texts = {kind: [text for text, one in ROWS if one == kind] for kind in ("arrival", "lost")}
    found = read_texts(write(tmp_path, "intents.json", json.dumps(of(texts))))
    assert sorted(zip(found.texts, found.labels, strict=True)) == sorted(ROWS)


def test_an_object_with_a_text_beside_a_list_is_one_row(tmp_path):
    objects = [{"text": t, "label": of, "phrases": ["so", "far"]} for t, of in ROWS * 2]
    file = write(tmp_path, "a.json", json.dumps(objects))
    found = read_texts(file)
    assert list(zip(found.texts, found.labels, strict=True)) == ROWS * 2


def test_intents_that_are_described_are_a_row_each_text(tmp_path):
    intents = [
        {"intent": of, "language": "en", "description": "what is said", "examples": ["a b", "c d"]}
        for of in ("arrival", "lost")
    ]
    found = read_texts(write(tmp_path, "a.json", json.dumps({"intents": intents})), label="intent")
    assert found.labels == ["arrival"] * 2 + ["lost"] * 2


@pytest.mark.parametrize(
    ("text", "label"),
    [("texts", "labels"), ("Sentences", "Labels"), ("inputs", "targets"), ("queries", "classes")],
)
@pytest.mark.parametrize("numbers", [False, True])
def test_lists_called_in_the_plural_are_columns(tmp_path, text, label, numbers):
    columns = {
        text: [f"a longer text {i}" for i in range(40)],
        label: [i % 2 if numbers else ("good", "bad")[i % 2] for i in range(40)],
    }
    found = read_texts(write(tmp_path, "a.json", json.dumps(columns)))
    assert (found.texts, found.labels) == (columns[text], [*map(str, columns[label])])
    columns[label] = ["good", "bad"]  # no classes of their own, either
    with pytest.raises(DataError):
        read_texts(write(tmp_path, "a.json", json.dumps(columns)))


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
    found = read_texts(write(tmp_path, "a.csv", as_csv() + "well, it came,arrival\n"))
    assert list(zip(found.texts, found.labels, strict=True)) == ROWS
    assert "left out 1 of 5" in found.notes[0]


def test_rows_that_lack_something_are_left_out_and_counted(tmp_path):
    found = read_texts(write(tmp_path, "a.csv", as_csv() + '"no class",\n"","lost"\n'))
    assert len(found.texts) == len(ROWS)
    assert found.notes == ("a.csv: left out 2 of 6 rows, without text or class.",)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_texts(tmp_path / "none.csv")


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


def test_the_first_line_of_texts_alone_may_name_them(tmp_path):
    one = write(tmp_path, "one.csv", "text\nhello there\nand you\n")
    assert read_columns(one).texts == ["hello there", "and you"]
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
        ("a.csv", "{1},{0},7\n"),
        ("a.tsv", "{0}\t{1}\n"),
        ("a.txt", "{1};{0}\n"),
        ("b.txt", "{0} {1}\n"),
    ],
)
def test_a_file_that_is_sorted_by_class_is_read_as_any_other(tmp_path, name, row):
    rows = [(of, f"{i} of {of} things") for of in ("bad", "good") for i in range(2_500)]
    found = read_texts(write(tmp_path, name, "".join(row.format(*one) for one in rows)))
    assert list(zip(found.labels, found.texts, strict=True)) == rows


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


def test_of_several_classes_the_first_is_taken_and_said(tmp_path):
    lines = "".join(f"__label__{'ab'[i % 2]} __label__c{i} and a text\n" for i in range(8))
    found = read_texts(write(tmp_path, "cooking.train", lines))
    assert ({*found.texts}, {*found.labels}) == ({"and a text"}, {"a", "b"})
    assert found.notes == ("cooking.train: of 8 texts with several classes the first was taken.",)


def test_between_tabs_quotation_marks_part_cells_only_where_all_of_them_do(tmp_path):
    rows = [
        (f'"{i} a\tb ""c"""' if i % 5 == 0 else f'{i} 5" or "so', "xy"[i % 2]) for i in range(20)
    ]
    quoted = "label\ttext\n" + "".join(f"{of}\t{text}\n" for text, of in rows)
    found = read_texts(write(tmp_path, "a.tsv", quoted))
    assert found.texts[:2] == ['0 a\tb "c"', '1 5" or "so']
    assert (len(found.texts), found.notes) == (20, ())
    for texts in (['"one', "two", 'three"', "four"], ['"one" more', "two", '"so" three', "four"]):
        lines = "".join(f"{'xy'[i % 2]}\t{text}\n" for i, text in enumerate(texts))
        assert read_texts(write(tmp_path, "b.tsv", lines)).texts == texts
