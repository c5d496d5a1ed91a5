"""Text -> tokens -> rows of a table of embeddings.

A token is a word in lower case, a number, a sign, or one Chinese or Japanese character, however
the text was coded: an accent may stand apart, and what is not seen counts for nothing. What is
known of it are its word, if that was in the training texts often enough, and its pieces: the groups
of 3 to 5 letters in "<word>". Pieces are hashed into ``BUCKETS`` rows (Bojanowski et al., TACL
2017), so that a word never seen still shares something with those that were. Pairs of words, hashed
likewise into the same table, made texts that were held out worse: embeddings learn them by heart.
What pairs say is a sum of its own, ``dpn.models.worlds.plain``.

    rows   0: nothing · 1: an unknown word · 2 …: the words · then the buckets

Of how a token was written its shape is kept: small letters, a capital and small ones, one capital,
capitals, a number, a number of four digits such as a year, or which sign.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.language import msg
from dpn.names import composed

#: Rows that pieces of words are hashed into; most pieces of one word.
BUCKETS, PIECES = 16_384, 16
#: Rows of no token and of all unknown words, and the first of a word of its own.
NOTHING, UNKNOWN, FIRST = 0, 1, 2
#: The file in a run's folder that holds the words.
FILE = "vocabulary.json"
#: Shapes of a token that is no sign; that of a sign is its code point.
LETTERS, CAPITALISED, INITIAL, CAPITALS, NUMBER, YEAR = range(1, 7)
#: A token becomes so many rows, its word's and its pieces'; and so many numbers, with its shape.
ROWS = 1 + PIECES
NUMBERS = ROWS + 1
#: A word has a row of its own if the training texts have it so often; so many have one at most.
OFTEN, MOST_WORDS = 2, 50_000
#: Letters in a piece.
SHORTEST, LONGEST = 3, 5
#: Numbers that a set of texts may take in all, and tokens that one text may have at most.
MOST_NUMBERS, MOST_TOKENS = 250_000_000, 512
#: Of a text a model reads so many times as many tokens as those had that it learned from, and so
#: many at least: far beyond, its scores grow without bound.
TIMES, LEAST_READ = 8, 64
#: What is said of texts that have more.
OF_LONG_TEXTS = msg("Texts longer than {most} words and signs, whose beginning is read: {count:,}.")

_ALONE = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
#: What is not seen: where a line may be broken, which way it runs, how an emoji is drawn; and the
#: end of a word without a space.
_ENDS = "\u200b"
_UNSEEN = "\u00ad\u061c\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_NOT_SEEN = re.compile(f"[{_UNSEEN}]+")
_LETTERS = rf"[^\W\d_{_ALONE}]+"


def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"[{_ALONE}]|{word}(?:['’]{word})*|\d+|[^\w\s]|_")


_TOKEN = _pattern(_LETTERS)


@cache
def _with_marks() -> re.Pattern[str]:
    """Return what tokens are where signs are part of the letter before: vowels, tones, accents."""
    found = [chr(i) for i in range(0x300, 0x1F000) if _is_mark(chr(i))]
    return _pattern(rf"{_LETTERS}(?:[{''.join(found)}]+(?:{_LETTERS})?)*")


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) in ("Mn", "Mc")


def _tokens_in(text: str) -> re.Pattern[str]:
    """Return what tokens are in a text; it takes a moment to know all marks, and few have some."""
    return _with_marks() if not text.isascii() and any(map(_is_mark, {*text})) else _TOKEN


def tokens_of(text: str) -> list[str]:
    """Return the tokens of a text, in order; [] of one that has none."""
    text = _plain(text).lower()
    return _tokens_in(text).findall(text)


def usual_length(texts: Sequence[str]) -> int:
    """Return how many tokens are read of a usual text, from a thousand of them; at least 1."""
    some = random.Random(0).sample(texts, min(1000, len(texts)))
    most = most_tokens(len(texts))
    return max(1, round(sum(min(most, len(tokens_of(text))) for text in some) / max(1, len(some))))


def as_written(text: str) -> list[str]:
    """Return the tokens of a text as they are written in it; lowered they are ``tokens_of``."""
    text = _plain(text)
    lowered = text.lower()
    if lowered == text:
        return _tokens_in(text).findall(text)
    if len(lowered) != len(text):  # of an İ come two characters
        text = "".join(letter if len(letter.lower()) == 1 else letter.lower() for letter in text)
    return [text[found.start() : found.end()] for found in _tokens_in(lowered).finditer(lowered)]


def _plain(text: str) -> str:
    """Return a text with each accented letter as one sign, and without what is not seen."""
    return text if text.isascii() else _NOT_SEEN.sub("", composed(text).replace(_ENDS, " "))


def shape_of(token: str) -> int:
    """Return the shape of a token as it is written; 0 of none at all."""
    first = token[:1]
    if first.isdigit():
        return YEAR if len(token) == 4 else NUMBER
    if not first.isalpha():
        return ord(first or "\0")
    if not first.isupper():
        return LETTERS
    if len(token) == 1:
        return INITIAL
    return CAPITALS if token.isupper() else CAPITALISED


def words_of(texts: Iterable[str]) -> list[str]:
    """Return the words that are in texts often enough to have a row of their own, in order."""
    counts = Counter(token for text in texts for token in tokens_of(text))
    often = sorted((-count, word) for word, count in counts.items() if count >= OFTEN)
    return [word for _, word in often[:MOST_WORDS]]


class Vocabulary:
    """The words that have a row of their own, and the rows of any text.

    Of one that has more than ``most`` tokens the beginning is read.
    """

    def __init__(self, words: Sequence[str], most: int = MOST_TOKENS) -> None:
        self.words, self.most = list(words), most
        self._rows = {word: FIRST + i for i, word in enumerate(self.words)}
        self._bucket = FIRST + len(self.words)
        self._known: dict[str, list[int]] = {}

    def to_json(self) -> dict[str, Any]:
        """Return what ``FILE`` holds."""
        return {"words": self.words}

    @classmethod
    def from_json(cls, raw: Any, count: int) -> Vocabulary:
        """Return the vocabulary that ``FILE`` holds, of ``count`` words.

        Raises:
            DataError: it holds something else.
        """
        words = raw.get("words") if isinstance(raw, dict) else None
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise DataError(f"{FILE} must hold a list of words")
        if len(words) != count or len(set(words)) != count:
            raise DataError(f"{FILE} must hold {count:,} different words, got {len(words):,}")
        return cls(words)

    @classmethod
    def read(cls, folder: Path, count: int, length: int = MOST_TOKENS) -> Vocabulary:
        """Return the vocabulary in a run's folder, of ``count`` words.

        ``length`` is how many tokens a usual text has that the run learned from.

        Raises:
            DataError: it is missing or damaged.
        """
        try:
            raw = json.loads((folder / FILE).read_text(encoding="utf-8"))
            return cls(cls.from_json(raw, count).words, most_read(length))
        except (OSError, ValueError, RecursionError, DataError) as error:
            raise DataError(
                f"{FILE} of run {folder.name!r} is missing or damaged. Train again."
            ) from error

    def encode(self, texts: Sequence[str], most: int | None = None) -> NDArray[np.int32]:
        """Return (N, n, NUMBERS) int32 of N texts: each token's word and pieces, and its shape.

        n is that of the longest text, 1 to ``most``, by default as the vocabulary says. What is not
        there is 0; a text without a token has one unknown word.
        """
        most = self.most if most is None else most
        numbers: dict[tuple[str, str], int] = {}  # of each token and how it is written
        read = []
        for text in texts:
            pairs = list(islice(zip(tokens_of(text), as_written(text), strict=True), most))
            at = [numbers.setdefault(pair, len(numbers)) for pair in pairs or [("", "")]]
            read.append(np.array(at, np.int32))
        of = [[*self._of_token(token), shape_of(written)] for token, written in numbers]
        table = np.array(of, np.int32)
        rows = np.zeros((len(read), max(map(len, read)), NUMBERS), np.int32)
        for row, places in zip(rows, read, strict=True):
            row[: len(places)] = table[places]
        return rows

    def _of_token(self, token: str) -> list[int]:
        row = self._known.get(token)
        if row is None:
            pieces = [self._hashed(piece) for piece in pieces_of(token)]
            padding = [NOTHING] * (PIECES - len(pieces))
            row = [self._rows.get(token, UNKNOWN), *pieces, *padding]
            if len(self._known) < MOST_WORDS:  # texts of strangers may have any number of words
                self._known[token] = row
        return row

    def _hashed(self, piece: str) -> int:
        return self._bucket + zlib.crc32(piece.encode("utf-8", "surrogatepass")) % BUCKETS


def pieces_of(token: str) -> list[str]:
    """Return the pieces of a token: of a single character none, of a long word ``PIECES`` of them.

    Those are spread evenly over the word.
    """
    if len(token) < 2:
        return []
    whole = f"<{token[:64]}>"
    pieces = [
        whole[start : start + size]
        for size in range(SHORTEST, LONGEST + 1)
        for start in range(len(whole) - size + 1)
    ]
    if len(pieces) <= PIECES:
        return pieces
    return [pieces[i * len(pieces) // PIECES] for i in range(PIECES)]


def most_tokens(texts: int) -> int:
    """Return how many tokens of each of so many texts are read, so that memory is enough."""
    return max(16, min(MOST_TOKENS, MOST_NUMBERS // (NUMBERS * max(texts, 1))))


def most_read(length: int) -> int:
    """Return how many tokens are read of a text at the most, by those of a usual one."""
    return min(MOST_TOKENS, max(LEAST_READ, TIMES * length))
