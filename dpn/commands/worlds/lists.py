"""The verbs predict, explain and evaluate for runs that say what comes next in a list."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from dpn.commands.bars import remark
from dpn.commands.worlds.accounts import account, terms_of
from dpn.commands.worlds.answers import Answer, tell
from dpn.commands.worlds.asked_lists import asked_lists
from dpn.errors import DataError
from dpn.evaluation.counted import counted
from dpn.items.examples import READ, rows_of
from dpn.language import percent
from dpn.names import row, shown
from dpn.runs.config import RunConfig
from dpn.runs.run import Run

if TYPE_CHECKING:
    from torch import Tensor

    from dpn.data.worlds.dataset import Dataset
    from dpn.evaluation.evaluate import Evaluation

#: Items that are suggested, and lists answered together.
TEN, CHUNK = 10, 250
#: What is said of a list with all items that there are, where none comes twice.
NOTHING_LEFT = "all items are in the list: none is left to come next"

#: What the baselines are called on a line.
NAMES = {
    "popularity": "popularity",
    "markov": "what came after the last item",
    "item_knn": "item-kNN",
}


def predict_lists(run: Run, config: RunConfig, options: Namespace) -> None:
    """Print the ten likeliest next items of each list, with their probabilities."""
    tell(_answers(run, config, options), _line, options)


def _answers(run: Run, config: RunConfig, options: Namespace) -> Iterator[Answer]:
    import torch

    from dpn.evaluation.evaluate import predict_logits
    from dpn.evaluation.next_items import without_seen
    from dpn.models.devices import pick_device

    sources = asked_lists(options, run, config, partial(remark, "predict"))
    model = run.load_model().to(pick_device())
    for start in range(0, len(sources), CHUNK):
        chunk = sources[start : start + CHUNK]
        good = [items for _, items in chunk if not isinstance(items, DataError)]
        answers: Iterator[list[dict[str, Any]]] = iter(())
        if good:
            x = torch.from_numpy(rows_of(good))
            logits = without_seen(predict_logits(model, x), x, repeats=config.model.repeats)
            answers = _following(logits, config.class_names)
        for source, items in chunk:
            if isinstance(items, DataError):
                yield {**source, "error": str(items)}
                continue
            names = [config.class_names[item] for item in items]
            yield {**source, "items": names, "next": next(answers)}


def _line(answer: Answer) -> str:
    following = [f"{one['item']} {percent(one['probability'])}" for one in answer["next"]]
    return row(", ".join(answer["items"]), *(following or [NOTHING_LEFT]))


def _following(logits: Tensor, names: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
    """Yield the ten likeliest next items of each list by its logits (B, K); fewer if few can be."""
    import torch

    shares = torch.softmax(logits, dim=1).nan_to_num()  # all are in the list: none is left
    first = torch.topk(shares, min(TEN, shares.shape[1]), dim=1)
    for values, places in zip(*first, strict=True):
        yield [
            {"item": names[place], "probability": value}
            for value, place in zip(values.tolist(), places.tolist(), strict=True)
            if value > 0
        ]


def explain_lists(run: Run, config: RunConfig, options: Namespace, target: int | None) -> None:
    """Print one account a list: what each item added to a score; it adds up to the logit.

    Without a ``target`` it is the score of the likeliest next item, as ``predict_lists`` has it.
    """
    tell(_accounts(run, config, options, target), _table, options)


def _accounts(
    run: Run, config: RunConfig, options: Namespace, target: int | None
) -> Iterator[Answer]:
    import torch

    from dpn.evaluation.evaluate import predict_logits
    from dpn.evaluation.next_items import without_seen
    from dpn.explain.exact import explain
    from dpn.models.devices import pick_device

    model = run.load_model().to(pick_device())
    for source, items in asked_lists(options, run, config, partial(remark, "explain")):
        if isinstance(items, DataError):
            yield {**source, "error": str(items)}
            continue
        x = rows_of([items])
        rows = torch.from_numpy(x)
        logits = without_seen(predict_logits(model, rows), rows, repeats=config.model.repeats)[0]
        if target is None and not logits.isfinite().any():
            nothing = DataError(f"{NOTHING_LEFT}; say with --target what to explain.")
            if "file" not in source:
                raise nothing
            yield {**source, "error": str(nothing)}
            continue
        best = int(logits.argmax()) if target is None else target
        found = explain(model, x, best, details=False)
        read = [config.class_names[item] for item in items[-READ:]]
        yield {
            **source,
            "items": read,
            "label": config.class_names[best],
            "logit": float(found.score[0]),
            "probability": float(torch.softmax(logits, dim=0).nan_to_num()[best]),
            **terms_of(found, 0, len(read)),
        }


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
    lists = counted(len(scores.places), "list")
    print(f"{run.id}: the next item of {lists}, among {data.classes:,}")
    rows = {"this run": found, **{NAMES[name]: one for name, one in others.items()}}
    print(f"{'':<30} recall@10  MRR@10")
    for name, one in rows.items():
        print(f"{name:<30} {percent(one['recall_at_10'], 2):>9}  {one['mrr_at_10']:>6.4f}")


def _table(answer: Answer) -> str:
    head = row(", ".join(answer["items"]), answer["label"])
    return account(head, [shown(item) for item in answer["items"]], answer)
