"""The verbs predict, explain and evaluate for runs that say what comes next in a list."""

from __future__ import annotations

import csv
import json
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dpn.errors import ConfigError, DataError, DPNError, did_you_mean, said
from dpn.items.examples import rows_of
from dpn.items.reading import is_of_lists, read_lists
from dpn.names import composed, row, shown
from dpn.runs.config import RunConfig
from dpn.runs.run import Run

if TYPE_CHECKING:
    from dpn.data.worlds.dataset import Dataset
    from dpn.evaluation.evaluate import Evaluation

#: Items that are suggested, and lists answered together.
TEN, CHUNK = 10, 250
#: What a list is called in the answers, and its items.
Source = tuple[dict[str, Any], list[int]]

#: What the baselines are called on a line.
NAMES = {
    "popularity": "popularity",
    "markov": "what came after the last item",
    "item_knn": "item-kNN",
}


def predict_lists(run: Run, config: RunConfig, options: Namespace) -> None:
    """Print the ten likeliest next items of each list, with their probabilities."""
    import torch

    from dpn.evaluation.evaluate import predict_logits
    from dpn.evaluation.next_items import without_seen
    from dpn.models.devices import pick_device

    sources = _sources(options, run, config)
    model = run.load_model().to(pick_device())
    for start in range(0, len(sources), CHUNK):
        chunk = sources[start : start + CHUNK]
        x = torch.from_numpy(rows_of([items for _, items in chunk]))
        logits = without_seen(predict_logits(model, x), x, repeats=config.model.repeats)
        shares = torch.softmax(logits, dim=1)
        first = torch.topk(shares, min(TEN, shares.shape[1]), dim=1)
        for (source, items), values, places in zip(chunk, *first, strict=True):
            following = [
                {"item": config.class_names[place], "probability": value}
                for value, place in zip(values.tolist(), places.tolist(), strict=True)
                if value > 0
            ]
            names = [config.class_names[item] for item in items]
            if options.json:
                answer = {**source, "items": names, "next": following}
                print(json.dumps(answer, ensure_ascii=False))
            else:
                said_next = [f"{one['item']} {one['probability']:.1%}" for one in following]
                print(row(", ".join(names), *said_next))


def explain_lists(run: Run, config: RunConfig, options: Namespace, target: int | None) -> None:
    """Print one account a list: what each item added to a score; it adds up to the logit.

    Without a ``target`` it is the score of the likeliest next item, as ``predict_lists`` has it.
    """
    import torch

    from dpn.evaluation.evaluate import predict_logits
    from dpn.evaluation.next_items import without_seen
    from dpn.explain.exact import explain
    from dpn.models.devices import pick_device

    model = run.load_model().to(pick_device())
    for source, items in _sources(options, run, config):
        x = rows_of([items])
        rows = torch.from_numpy(x)
        logits = without_seen(predict_logits(model, rows), rows, repeats=config.model.repeats)[0]
        best = int(logits.argmax()) if target is None else target
        found = explain(model, x, best, details=False)
        read = [config.class_names[item] for item in items[-x.shape[1] :]]
        answer = {
            **source,
            "items": read,
            "label": config.class_names[best],
            "logit": float(found.score[0]),
            "probability": float(torch.softmax(logits, dim=0)[best]),
            "contributions": found.contributions[0, : len(read)].astype(float).tolist(),
            "bias": float(found.bias[0].sum()),
            "smoothing": float(found.smoothing[0].sum()),
            "readout": float(found.readout[0]),
        }
        print(json.dumps(answer, ensure_ascii=False) if options.json else _table(answer))


def evaluate_lists(
    run: Run, config: RunConfig, dataset: Dataset, scores: Evaluation, *, as_json: bool
) -> None:
    """Print recall@10 and MRR@10 on the last item of each list, beside the baselines."""
    from dpn.evaluation.next_items import baselines, quality

    assert scores.places is not None  # of lists there are places
    data = dataset.to("cpu")
    others = baselines(
        (data.x_train, data.y_train),
        (data.x_test, data.y_test),
        data.classes,
        repeats=config.model.repeats,
    )
    found = quality(scores.places)
    answer = {
        "run": run.id,
        "dataset": config.training.dataset,
        "model": config.model.model,
        "lists": len(scores.places),
        "items": data.classes,
        "test_accuracy": scores.accuracy,
        "test_loss": scores.loss,
        **found,
        "baselines": others,
    }
    if as_json:
        print(json.dumps(answer))
        return
    print(f"{run.id}: the next item of {len(scores.places):,} lists, among {data.classes:,}")
    rows = {"this run": found, **{NAMES[name]: one for name, one in others.items()}}
    print(f"{'':<30} recall@10  MRR@10")
    for name, one in rows.items():
        print(f"{name:<30} {one['recall_at_10']:>9.2%}  {one['mrr_at_10']:>6.4f}")


def check_no_items(options: Namespace, run: Run, config: RunConfig) -> None:
    """Refuse --items for a run of anything but lists.

    Raises:
        ConfigError: there are some.
    """
    if options.items is not None and config.model.world != "list":
        raise ConfigError(
            f"--items is for runs of lists; run {run.id!r} reads another world: "
            f"{config.model.world}"
        )


def numbers_of(names: Sequence[str], config: RunConfig, run_id: str) -> list[int]:
    """Return the numbers of items that a list names.

    Raises:
        DataError: it names none, or one that the run does not know.
    """
    number = {name: i for i, name in enumerate(config.class_names)}
    names = [composed(name.strip()) for name in names if name.strip()]
    if not names:
        raise DataError("A list must name at least one item; put commas between them.")
    for name in names:
        if name not in number:
            hint = did_you_mean(name, number) or (
                f". Accepted are its {len(number):,} items, such as "
                + ", ".join(map(shown, config.class_names[:3]))
            )
            raise DataError(f"Run {run_id!r} knows no item {said(name)}{hint}.".replace("?.", "?"))
    return [number[name] for name in names]


def _sources(options: Namespace, run: Run, config: RunConfig) -> list[Source]:
    """Return the lists that are asked about: --items, those of files of users, or a list a line.

    Raises:
        ConfigError: it is asked about texts.
        DataError: a file cannot be read, or names an item that the run does not know.
    """
    if options.text:
        raise ConfigError(
            f"--text is for runs that read texts; run {run.id!r} reads lists: use --items A,B,C."
        )
    found: list[Source] = []
    if options.items is not None:
        cells = [
            cell
            for line in csv.reader(options.items.splitlines(), skipinitialspace=True)
            for cell in line
        ]
        found.append(({}, numbers_of(cells, config, run.id)))
    for name in options.files:
        path = Path(name)
        try:
            if is_of_lists(path):
                lists: list[list[str]] = read_lists(path).lists
            else:
                words = path.read_text(encoding="utf-8-sig")
                lines = [line for line in words.splitlines() if line.strip()]
                lists = list(csv.reader(lines, skipinitialspace=True))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise DataError(
                f"{shown(path.name)} cannot be read ({error}). Accepted: a list a line, with "
                "commas between its items, or a CSV with the columns user, item and time."
            ) from error
        for i, names in enumerate(lists, start=1):
            try:
                items = numbers_of(names, config, run.id)
            except DPNError as error:
                raise DataError(f"{shown(path.name)}, list {i:,}: {error}") from error
            found.append(({"file": name, "line": i}, items))
    return found


def _table(answer: dict[str, Any]) -> str:
    lines = list(zip(answer["items"], answer["contributions"], strict=True))
    lines += [(name, answer[name]) for name in ("bias", "smoothing", "readout", "logit")]
    width = max(len(shown(name)) for name, _ in lines)
    rows = [f"  {shown(name):<{width}} {value:+10.3f}" for name, value in lines]
    return "\n".join([row(", ".join(answer["items"]), answer["label"]), *rows])
