"""Text -> tokens -> rows: words, numbers, signs, Chinese characters, and words never seen."""

import numpy as np
import pytest

from dpn.errors import DataError
from dpn.texts import vocabulary
from dpn.texts.vocabulary import (
    BUCKETS,
    CAPITALISED,
    CAPITALS,
    FIRST,
    INITIAL,
    LETTERS,
    NOTHING,
    NUMBER,
    NUMBERS,
    PIECES,
    UNKNOWN,
    YEAR,
    Vocabulary,
    as_written,
    most_read,
    most_tokens,
    pieces_of,
    shape_of,
    tokens_of,
    usual_length,
    words_of,
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Don't STOP!", ["don't", "stop", "!"]),
        ("in 1984, 20%", ["in", "1984", ",", "20", "%"]),
        ("明天会下雨吗?", [*"明天会下雨吗", "?"]),
        ("我爱NLP and 你", ["我", "爱", "nlp", "and", "你"]),
        ("crème brûlée", ["crème", "brûlée"]),
        ("🙂 ok_", ["🙂", "ok", "_"]),
        ("  \t\n", []),
        ("cafe\u0301 nai\u0308ve", ["café", "naïve"]),  # as a Mac's files have accents
        ("हिन्दी भाषा!", ["हिन्दी", "भाषा", "!"]),
        ("สวัสดี\u200bครับ", ["สวัสดี", "ครับ"]),
        ("שָׁלוֹם, مَرْحَبًا", ["שָׁלוֹם", ",", "مَرْحَبًا"]),
        ("می\u200cخواهم \u200fok\u200e", ["میخواهم", "ok"]),
        ("Donau\u00addampfer ❤\ufe0f 👩\u200d🚀", ["donaudampfer", "❤", "👩", "🚀"]),
        ("\u200b\ufeff", []),
    ],
)
def test_tokens(text, tokens):
    assert tokens_of(text) == tokens


def test_a_usual_text_is_as_long_as_texts_are_on_the_average():
    assert usual_length(["one two three", "one"]) == 2
    assert usual_length(["one two three four", ""] * 5_000) == 2
    assert usual_length(["", "  "]) == usual_length([]) == 1
    assert usual_length(["word " * 6000] * 3) == most_tokens(3)  # no more is read


@pytest.mark.parametrize(
    "text",
    [
        "Don't STOP!",
        "İzmir in 1984",
        "\u1e9e İİ İ, 20%",
        "ΟΔΟΣ, ΟΔΟΣ",
        "我爱NLP",
        "",
        " \n",
        "हिन्दी İ e\u0301",
    ],
)
def test_tokens_as_they_are_written_are_the_same_ones(text):
    assert [token.lower().replace("ς", "σ") for token in as_written(text)] == [
        token.replace("ς", "σ") for token in tokens_of(text)
    ]


def test_the_shape_of_a_token_is_how_it_is_written():
    tokens = ["left", "Left", "A", "NASA", "7", "1984", "?", "我", "é", "É"]
    shapes = [LETTERS, CAPITALISED, INITIAL, CAPITALS, NUMBER, YEAR, ord("?")]
    assert [*map(shape_of, tokens)] == [*shapes, LETTERS, LETTERS, INITIAL]
    assert shape_of("") == NOTHING
    rows = Vocabulary(["left"]).encode(["Go LEFT 10", ""])
    assert rows[0, :, -1].tolist() == [CAPITALISED, CAPITALS, NUMBER]
    assert rows[1, :, -1].tolist() == [NOTHING] * 3
    assert rows[0, 1, 0] == FIRST  # the word is the same however it is written


def test_words_are_those_that_come_twice_the_most_frequent_first():
    assert words_of(["b a b", "c b a", "d"]) == ["b", "a"]


def test_rows_of_a_text():
    known = Vocabulary(["card", "my"])
    rows = known.encode(["My card", "cards 我"])
    assert rows.shape == (2, 2, NUMBERS)
    assert rows.dtype == np.int32
    assert rows[0, :, 0].tolist() == [FIRST + 1, FIRST]
    assert rows[1, :, 0].tolist() == [UNKNOWN, UNKNOWN]
    assert (rows[1, 1, 1:-1] == NOTHING).all()  # a single character has no pieces
    shared = set(rows[0, 1, 1:-1]) & set(rows[1, 0, 1:-1]) - {NOTHING}
    assert len(shared) >= 4  # "card" and "cards" share "<ca", "car", "ard", "<car", …
    assert rows.max() < FIRST + 2 + BUCKETS


def test_what_is_empty_or_long_keeps_the_shape():
    known = Vocabulary([])
    assert known.encode(["", "a b c"])[0, :, 0].tolist() == [UNKNOWN, NOTHING, NOTHING]
    assert known.encode(["word " * 900], 7).shape == (1, 7, NUMBERS)
    long = pieces_of("x" * 20 + "ungsgesetz")
    assert len(long) == PIECES
    assert any(piece.startswith("<") for piece in long)
    assert known.encode(["\ud800"]).shape[0] == 1  # half a character, as a broken file has it


def test_a_vocabulary_survives_json_and_refuses_what_is_none():
    known = Vocabulary(["a", "b"])
    again = Vocabulary.from_json(known.to_json(), 2)
    assert np.array_equal(again.encode(["b a z"]), known.encode(["b a z"]))
    for raw, count in (({"words": ["a"]}, 2), ({"words": ["a", "a"]}, 2), ([], 0), ({}, 0)):
        with pytest.raises(DataError, match=vocabulary.FILE):
            Vocabulary.from_json(raw, count)


def test_of_a_text_far_longer_than_those_learned_from_the_beginning_is_read(tmp_path):
    assert [most_read(length) for length in (1, 8, 12, 100)] == [64, 64, 96, 512]
    (tmp_path / vocabulary.FILE).write_text('{"words": ["a"]}')
    known = Vocabulary.read(tmp_path, 1, 12)
    assert known.encode(["a " * 200, "a"]).shape == (2, 96, NUMBERS)
    assert known.encode(["a " * 200], 150).shape == (1, 150, NUMBERS)


def test_memory_bounds_how_much_of_each_text_is_read():
    assert most_tokens(1_000) == 512
    assert 16 < most_tokens(120_000) < 512
    assert most_tokens(10**9) == 16
