"""Each layout of a file of texts is understood."""

import json

import pytest

from dpn.errors import DataError
from dpn.texts.reading import read_texts
from tests.texts.layouts import LAYOUTS, ROWS, write


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


def test_a_class_that_is_no_number_is_missing_in_json(tmp_path):
    objects = [
        {"text": f"text {i}", "label": float(i % 2) if i else float("nan")} for i in range(7)
    ]
    found = read_texts(write(tmp_path, "a.json", json.dumps(objects)))
    assert found.labels == ["1", "0"] * 3
    assert found.notes == ("a.json: left out 1 of 7 rows, without text or class.",)


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


def test_of_several_classes_the_first_is_taken_and_said(tmp_path):
    lines = "".join(f"__label__{'ab'[i % 2]} __label__c{i} and a text\n" for i in range(8))
    found = read_texts(write(tmp_path, "cooking.train", lines))
    assert ({*found.texts}, {*found.labels}) == ({"and a text"}, {"a", "b"})
    assert found.notes == ("cooking.train: of texts with several classes (8) the first was taken.",)


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


def test_tasks_of_label_studio_have_the_class_that_was_chosen(tmp_path):
    tasks = [
        {
            "id": i,
            "data": {"text": t},
            "annotations": [{"result": [{"value": {"choices": [of]}, "type": "choices"}]}],
            "predictions": [],
        }
        for i, (t, of) in enumerate(ROWS)
    ]
    tasks.append({"id": 9, "data": {"text": "nobody has read it"}, "annotations": []})
    found = read_texts(write(tmp_path, "project-1.json", json.dumps(tasks, indent=1)))
    assert list(zip(found.texts, found.labels, strict=True)) == ROWS
    assert found.notes == ("project-1.json: left out 1 of 5 rows, without text or class.",)


def test_cats_of_spacy_are_classes_where_one_is_likely(tmp_path):
    kinds = sorted({of for _, of in ROWS})
    pairs = [[t, {"cats": {kind: float(kind == of) for kind in kinds}}] for t, of in ROWS]
    pairs.append(["both", {"cats": dict.fromkeys(kinds, 1.0)}])
    found = read_texts(write(tmp_path, "train.json", json.dumps(pairs)))
    assert list(zip(found.texts, found.labels, strict=True)) == ROWS
    assert found.notes == ("train.json: left out 1 of 5 rows, without text or class.",)


def test_a_first_column_of_parts_without_a_name_tells_them(tmp_path):
    """As Google's AutoML has it."""
    rows = [f"{('TRAIN', 'TEST')[i % 5 == 0]},a text of {i} words,{'ab'[i % 2]}" for i in range(40)]
    found = read_texts(write(tmp_path, "a.csv", "\n".join(rows)))
    assert ({*found.labels}, found.parts.count("test")) == ({"a", "b"}, 8)


def test_bars_part_the_columns_that_a_first_line_names(tmp_path):
    rows = [f"a text, {i}; so|{'ab'[i % 2]}" for i in range(20)]
    found = read_texts(write(tmp_path, "a.txt", "\n".join(["text|label", *rows])))
    assert (found.texts[0], found.labels[:2]) == ("a text, 0; so", ["a", "b"])


def test_a_comma_in_each_text_of_fasttexts_is_none_of_its_table(tmp_path):
    rows = [f"__label__{'ab'[i % 2]} , a text of {i}" for i in range(20)]
    found = read_texts(write(tmp_path, "train.txt", "\n".join(rows)))
    assert {*found.labels} == {"a", "b"}
