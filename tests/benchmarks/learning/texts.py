"""Texts: how many are answered right and how fast it is learned, beside a linear model.

    python -m tests.benchmarks.learning.texts [choose] [SET …] [NAME=VALUE …]

TREC-6, Banking77 and SST-2 as they are in $DPN_GATE_DATA/text. ``choose`` answers a tenth of the
training part that is held out instead of the test part: settings, which NAME=VALUE changes, are
chosen by it. For the test part as few are held out as the preset says.
"""

import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from dpn.data.loading import Dataset, load_dataset, stratified_mask
from dpn.evaluation.evaluate import evaluate, predict_logits
from dpn.explain.exact import explain
from dpn.models.base import Classifier
from dpn.models.devices import keep_memory
from dpn.models.presets import preset
from dpn.texts.sets import bring, read_set
from dpn.texts.vocabulary import Vocabulary, words_of
from dpn.training.trainer import Trainer
from tests.benchmarks.record import note
from tests.helpers import GATE_DATA

#: Only these are measured if some are named on the command line.
FILES = {"trec": ".txt", "banking77": ".csv", "sst2": ".txt"}
SEEDS = (0, 1, 2)
#: Texts that are answered at once, and whose account is given, for the times.
MANY, EXPLAINED, SINGLE = 10_000, 1_000, 200


def measure(data: Path | None, *, choosing: bool = False, changes: dict | None = None) -> None:
    """Print a row for each set."""
    folder = (data or Path("none")) / "text"
    if not folder.is_dir():
        print("Texts: left out, they are not in $DPN_GATE_DATA/text.\n")
        return
    keep_memory()
    print("| set | accuracy (lowest to highest of 3 seeds) | TF-IDF and logistic regression "
          "| training, processor time | one text | 10,000 texts | accounts of 1,000 |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        here = Path(temporary)
        named = [name for name in FILES if name in sys.argv] or list(FILES)
        for name, suffix in ((name, FILES[name]) for name in named):
            for part in ("train", "test"):
                shutil.copy(folder / f"{name}_{part}{suffix}", here)
            kept, _ = bring(here / f"{name}_train{suffix}", here / "data")
            print(row(kept, here / "data", choosing, changes or {}), flush=True)
    print(flush=True)


def row(name: str, folder: Path, choosing: bool, changes: dict) -> str:
    """Return what one set comes to."""
    accuracies, seconds, rivals = [], [], []
    for seed in SEEDS:
        data = load_dataset(name, folder, seed=seed, **({} if choosing else held(name, folder)))
        begun = time.process_time()  # of all threads; what else the machine does is not in it
        trainer = trained(data, seed, changes)
        seconds.append(time.process_time() - begun)
        x, y = (data.x_val, data.y_val) if choosing else (data.x_test, data.y_test)
        accuracies.append(evaluate(trainer.model, x, y).accuracy)
        words = f"{accuracies[-1]:.2%}, {seconds[-1]:.0f} s of processors"
        print(f"{name}, seed {seed}: {words}", file=sys.stderr, flush=True)
        if choosing or not rivals:
            rivals.append(rival(name, folder, seed if choosing else None))
    for key, values in (("accuracy", accuracies), ("seconds", seconds)):
        note(f"learning.texts, {key}, {name}", statistics.mean(values), "")
    times = latencies(trainer.model, name, folder)
    return (
        f"| {name} | {statistics.mean(accuracies):.2%} ({min(accuracies):.2%} to "
        f"{max(accuracies):.2%}) | {statistics.mean(rivals):.2%} "
        f"| {statistics.mean(seconds):.1f} s "
        f"| {times[0] * 1e3:.2f} ms | {times[1]:.2f} s | {times[2]:.2f} s |"
    )


def held(name: str, folder: Path) -> dict[str, float]:
    """Return how much the preset holds out of a set."""
    found = read_set(name, folder)
    asked = preset(name, None, len(found.class_names), "words", "quick", len(found.train), "text")
    return {"validation_fraction": asked[1].validation_fraction}


def trained(data: Dataset, seed: int, changes: dict) -> Trainer:
    """Return a trainer that has taken all steps of the usual settings."""
    model, training = preset(
        data.name, None, data.classes, "words", "quick", len(data.x_train), "text"
    )
    of_model = {key: value for key, value in changes.items() if hasattr(model, key)}
    of_training = {key: value for key, value in changes.items() if hasattr(training, key)}
    model = model.replace(**data.model_sizes).replace(**of_model)
    trainer = Trainer(model, training.replace(seed=seed, **of_training), data)
    while not trainer.done:
        trainer.step()
    return trainer


def rival(name: str, folder: Path, seed: int | None) -> float:
    """Return the accuracy of TF-IDF of one and two words with logistic regression.

    On the test part, or with a ``seed`` on what that holds out.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    found = read_set(name, folder)
    texts, labels = np.array(found.train, object), found.y_train
    asked, right = np.array(found.test, object), found.y_test
    if seed is not None:
        held = stratified_mask(labels, 0.1, seed)
        asked, right, texts, labels = texts[held], labels[held], texts[~held], labels[~held]
    vectors = TfidfVectorizer(ngram_range=(1, 2))
    pipe = make_pipeline(vectors, LogisticRegression(C=10, max_iter=1_000))
    return float((pipe.fit(texts, labels).predict(asked) == right).mean())


def latencies(model: Classifier, name: str, folder: Path) -> tuple[float, float, float]:
    """Return seconds from text to answer: of one (median), of 10,000, and of 1,000 accounts.

    Processor time of all threads.
    """
    texts = read_set(name, folder)
    some = [*texts.test, *texts.train]
    some = (some * (MANY // len(some) + 1))[:MANY]
    words = Vocabulary(words_of(texts.train)[: model.config.vocabulary])
    singles = [timed(lambda text=text: ask(model, words, [text])) for text in some[:SINGLE]]

    def account() -> None:
        explain(model, words.encode(some[:EXPLAINED]), details=False)

    return (
        statistics.median(singles),
        timed(lambda: ask(model, words, some)),
        timed(account),
    )


def ask(model: Classifier, words: Vocabulary, texts: list[str]) -> None:
    """Answer texts as ``predict`` does, a thousand at once."""
    for start in range(0, len(texts), 1_000):
        x = torch.from_numpy(words.encode(texts[start : start + 1_000]))
        predict_logits(model, x)


def timed(work: Callable[[], None]) -> float:
    """Return the processor seconds that something takes."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    said = dict(pair.split("=", 1) for pair in sys.argv[1:] if "=" in pair)
    measure(
        GATE_DATA if GATE_DATA.is_dir() else None,
        choosing="choose" in sys.argv,
        changes={key: json.loads(value) for key, value in said.items()},
    )
