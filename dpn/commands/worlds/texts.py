"""The verbs predict, explain and teach for runs that read texts."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.commands.bars import remark
from dpn.errors import ConfigError, DataError
from dpn.names import row, shown
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.texts.reading import read_columns, read_texts
from dpn.texts.vocabulary import Vocabulary, tokens_of

#: Texts answered together.
CHUNK = 1_000
#: Letters of a text in a line of the answers.
SHOWN = 60

#: Where a text comes from, for the answer, and the text.
Source = tuple[dict[str, Any], str]


def predict_texts(run: Run, config: RunConfig, options: Namespace) -> None:
    """Print one answer a text, in order: those of --text, then those of the files."""
    import torch

    from dpn.evaluation.evaluate import predict_logits
    from dpn.models.devices import pick_device

    words = Vocabulary.read(run.path, config.model.vocabulary)
    model = run.load_model().to(pick_device())
    for chunk in _chunks(_sources(options, config, "predict")):
        logits = predict_logits(model, torch.from_numpy(words.encode([text for _, text in chunk])))
        for (source, text), shares in zip(chunk, torch.softmax(logits, 1).numpy(), strict=True):
            best = int(shares.argmax())
            answer = {
                **source,
                "text": text,
                "label": config.class_names[best],
                "known": None,
                "claim": float(shares[best]),
                "probability": float(shares[best]),
                "probabilities": dict(zip(config.class_names, map(float, shares), strict=True)),
            }
            said = row(shown(text, "(empty)", SHOWN), answer["label"], f"{answer['claim']:.1%}")
            print(json.dumps(answer, ensure_ascii=False) if options.json else said)


def explain_texts(run: Run, config: RunConfig, options: Namespace, target: int | None) -> None:
    """Print one account a text: what each token added to the score; it adds up to the logit."""
    from dpn.explain.exact import explain
    from dpn.models.devices import pick_device

    words = Vocabulary.read(run.path, config.model.vocabulary)
    model = run.load_model().to(pick_device())
    for chunk in _chunks(_sources(options, config, "explain")):
        found = explain(model, words.encode([text for _, text in chunk]), target, details=False)
        for i, (source, text) in enumerate(chunk):
            tokens = tokens_of(text)[: found.contributions.shape[1]] or [""]
            answer = {
                **source,
                "text": text,
                "label": config.class_names[found.target[i]],
                "logit": float(found.score[i]),
                "probability": float(found.probabilities[i, found.target[i]]),
                "tokens": tokens,
                "contributions": found.contributions[i, : len(tokens)].astype(float).tolist(),
                "bias": float(found.bias[i].sum()),
                "smoothing": float(found.smoothing[i].sum()),
                "readout": float(found.readout[i]),
            }
            print(json.dumps(answer, ensure_ascii=False) if options.json else _table(answer))


def read_lesson(path: Path, run: Run) -> tuple[NDArray[np.int32], list[str]]:
    """Return the texts of a file as the run's model takes them (N, n, …), and the class of each.

    Raises:
        DataError: it is no file of texts with their classes.
    """
    found = read_texts(path)
    for note in found.notes:
        remark("teach", note)
    words = Vocabulary.read(run.path, run.config().model.vocabulary)
    return words.encode(found.texts), found.labels


def _table(answer: dict[str, Any]) -> str:
    lines = list(zip(answer["tokens"], answer["contributions"], strict=True))
    lines += [(name, answer[name]) for name in ("bias", "smoothing", "readout", "logit")]
    width = max(len(shown(name, "(no word)", 40)) for name, _ in lines)
    rows = [f"  {shown(name, '(no word)', 40):<{width}} {value:+10.3f}" for name, value in lines]
    return "\n".join([row(shown(answer["text"], "(empty)", SHOWN), answer["label"]), *rows])


def _sources(options: Namespace, config: RunConfig, verb: str) -> Iterator[Source]:
    """Yield each text with where it comes from.

    Raises:
        DataError: a file cannot be read.
    """
    for text in options.text or ():
        yield {}, text
    for name in options.files:
        path = Path(name)
        if path.is_dir():
            raise DataError(f"{name} is a folder; name the files of texts in it")
        found = read_columns(path, options.text_column, config.class_names)
        for note in found.notes:
            remark(verb, note)
        texts = enumerate(found.texts, start=1)
        yield from (({"file": name, "line": i}, text) for i, text in texts)


def _chunks(sources: Iterator[Source]) -> Iterator[list[Source]]:
    while chunk := list(islice(sources, CHUNK)):
        yield chunk


def check_no_texts(options: Namespace, run: Run) -> None:
    """Refuse --text for a run of pictures.

    Raises:
        ConfigError: there is one.
    """
    if options.text:
        raise ConfigError(f"--text is for runs that read texts; run {run.id!r} reads pictures")
