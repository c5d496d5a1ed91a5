"""The verbs predict, explain and teach for runs that read texts."""

from __future__ import annotations

import itertools
import tempfile
from argparse import Namespace
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.commands.bars import remark
from dpn.commands.worlds.accounts import account, terms_of
from dpn.commands.worlds.answers import Answer, tell
from dpn.errors import DataError
from dpn.files.archives import unpack
from dpn.language import percent, t
from dpn.names import row, shown
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.texts.folders import is_document, read_document, read_folders, rows_in
from dpn.texts.reading import read_columns, read_texts
from dpn.texts.vocabulary import OF_LONG_TEXTS, Vocabulary, tokens_of

#: Texts answered together.
CHUNK = 1_000
#: Letters of a text in a line of the answers.
SHOWN = 60

#: What is said of a folder of other things than texts with their classes.
_NO_FOLDER = "{} holds no class folders of texts; name the files of texts in it"
#: Where a text comes from, for the answer, and the text; or a file, and what is wrong with it.
Source = tuple[dict[str, Any], str | DataError]


def predict_texts(run: Run, config: RunConfig, options: Namespace) -> None:
    """Print one answer a text, in order: those of --text, then those of the files."""
    tell(_answers(run, config, options), _line, options)


def _answers(run: Run, config: RunConfig, options: Namespace) -> Iterator[Answer]:
    import torch

    from dpn.evaluation.evaluate import predict_logits
    from dpn.models.devices import pick_device

    words = _words(run, config)
    model = run.load_model().to(pick_device())
    for chunk in _chunks(_sources(options, config, "predict"), words.most, "predict"):
        good = [text for _, text in chunk if isinstance(text, str)]
        found: Iterator[Any] = iter(())
        if good:
            logits = predict_logits(model, torch.from_numpy(words.encode(good)))
            found = iter(torch.softmax(logits, 1).numpy())
        for source, text in chunk:
            if isinstance(text, DataError):
                yield {**source, "error": str(text)}
                continue
            shares = next(found)
            best = int(shares.argmax())
            yield {
                **source,
                "text": text,
                "label": config.class_names[best],
                "known": None,
                "claim": float(shares[best]),
                "probability": float(shares[best]),
                "probabilities": dict(zip(config.class_names, map(float, shares), strict=True)),
            }


def _line(answer: Answer) -> str:
    words = shown(answer["text"], "(empty)", SHOWN)
    return row(words, answer["label"], percent(answer["claim"]))


def explain_texts(run: Run, config: RunConfig, options: Namespace, target: int | None) -> None:
    """Print one account a text: what each token added to the score; it adds up to the logit."""
    tell(_accounts(run, config, options, target), _table, options)


def _accounts(
    run: Run, config: RunConfig, options: Namespace, target: int | None
) -> Iterator[Answer]:
    from dpn.explain.exact import explain
    from dpn.models.devices import pick_device

    words = _words(run, config)
    model = run.load_model().to(pick_device())
    for chunk in _chunks(_sources(options, config, "explain"), words.most, "explain"):
        good = [text for _, text in chunk if isinstance(text, str)]
        found = explain(model, words.encode(good), target, details=False) if good else None
        places = itertools.count()
        for source, text in chunk:
            if isinstance(text, DataError) or found is None:
                yield {**source, "error": str(text)}
                continue
            i = next(places)
            tokens = tokens_of(text)[: found.contributions.shape[1]] or [""]
            yield {
                **source,
                "text": text,
                "label": config.class_names[found.target[i]],
                "logit": float(found.score[i]),
                "probability": float(found.probabilities[i, found.target[i]]),
                "tokens": tokens,
                **terms_of(found, i, len(tokens)),
            }


def read_lesson(path: Path, run: Run) -> tuple[NDArray[np.int32], list[str]]:
    """Return the texts of a file as the run's model takes them (N, n, …), and the class of each.

    Raises:
        DataError: it is no file of texts with their classes.
    """
    with _unpacked(path) as inside:
        found = read_folders(inside) if inside.is_dir() else read_texts(inside)
    if found is None:
        raise DataError(_NO_FOLDER.format(path))
    for note in found.notes:
        remark("teach", note)
    words = _words(run, run.config())
    return words.encode(found.texts), found.labels


def _words(run: Run, config: RunConfig) -> Vocabulary:
    return Vocabulary.read(run.path, config.model.vocabulary, config.model.length)


def _table(answer: Answer) -> str:
    head = row(shown(answer["text"], "(empty)", SHOWN), answer["label"])
    return account(head, [shown(token, "(no word)", 40) for token in answer["tokens"]], answer)


def _sources(options: Namespace, config: RunConfig, verb: str) -> Iterator[Source]:
    """Yield each text with where it comes from; of a file that cannot be read what is wrong."""
    for text in options.text or ():
        yield {}, text
    for name in options.files:
        try:
            with _unpacked(Path(name)) as path:
                found, notes = _read(path, name, options.text_column, config.class_names)
        except DataError as error:
            yield {"file": name}, error
            continue
        for note in notes:
            remark(verb, note)
        for file, line, text in found:
            yield {"file": file, "line": line}, text


def _read(
    path: Path, name: str, column: str | None, classes: Collection[str]
) -> tuple[list[tuple[str, int, str]], tuple[str, ...]]:
    """Return the texts of a file or folder, each with what its file is called, and notes.

    Between stands the number of its line, or of its row below the names of the columns.

    Args:
        path: where it is.
        name: what it is called.
        column: the name of that with the texts, where it is not clear.
        classes: of the run.
    """
    if path.is_dir():
        if (inside := rows_in(path)) is None:
            raise DataError(_NO_FOLDER.format(name))
        lines: Counter[Path] = Counter()
        rows = []
        for text, _, _, file in inside[0]:
            lines[file] += 1
            rows.append((f"{name}/{file.relative_to(path)}", lines[file], text))
        return rows, inside[1]
    if is_document(path, classes):
        return [(name, 1, read_document(path))], (f"{path.name} was read as one text.",)
    found = read_columns(path, column, classes)
    numbered = zip(found.places, found.texts, strict=True)
    return [(name, place, text) for place, text in numbered], found.notes


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """Give what is in a zip, unpacked; any other file or folder as it is."""
    if path.suffix.lower() != ".zip" or not path.is_file():
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        yield unpack(path, Path(folder) / path.stem)


def _chunks(sources: Iterator[Source], most: int, verb: str) -> Iterator[list[Source]]:
    """Yield some texts at a time; say in the end how many have more than ``most`` tokens."""
    long = 0
    while chunk := list(islice(sources, CHUNK)):
        yield chunk
        texts = [text for _, text in chunk if isinstance(text, str) and len(text) > most]
        long += sum(len(tokens_of(text)) > most for text in texts)
    if long:
        remark(verb, t(OF_LONG_TEXTS, count=long, most=most))
