"""The verb ``explain``: what each part of an image contributed to its score."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from functools import partial

import numpy as np

from dpn import settings
from dpn.commands.bars import remark
from dpn.commands.worlds.accounts import account, terms_of
from dpn.commands.worlds.answers import Answer, tell
from dpn.commands.worlds.lists import explain_lists
from dpn.commands.worlds.mazes import check_no_maps
from dpn.commands.worlds.options import check_options
from dpn.commands.worlds.pixels import read_asked
from dpn.commands.worlds.series import explain_series
from dpn.commands.worlds.texts import explain_texts
from dpn.errors import ConfigError, ImageError, did_you_mean
from dpn.explain.explanation import Explanation, part_names
from dpn.names import row
from dpn.runs.config import RunConfig
from dpn.runs.folder import find_run
from dpn.runs.run import Run

#: Class names listed in an error message.
NAMES_SHOWN = 20


def explain(options: Namespace) -> None:
    """Print one account a file, in the order of the files; its terms add up to the logit."""
    run = find_run(options.run, settings.runs_dir())
    config = run.config()
    check_no_maps(run, config.model.world, "explain")
    if config.model.model == "mlp":
        raise ConfigError(
            f"Run {run.id!r} is an mlp, which has no parts whose contributions could be listed; "
            "name a dpn or residual run."
        )
    check_options(options, run, config.model.world)
    target = None if options.target is None else _class_index(options.target, run)
    if config.model.world == "text":
        explain_texts(run, config, options, target)
        return
    if config.model.world == "series":
        explain_series(run, config, options, target)
        return
    if config.model.world == "list":
        explain_lists(run, config, options, target)
        return
    parts = part_names(config.model)
    tell(_answers(run, config, options, target), partial(_table, parts), options)


def _answers(
    run: Run, config: RunConfig, options: Namespace, target: int | None
) -> Iterator[Answer]:
    from dpn.explain.exact import explain as explained
    from dpn.models.devices import pick_device

    model = run.load_model().to(pick_device())
    kind, say = options.kind or "auto", partial(remark, "explain")
    for chunk in read_asked(options.files, config, kind, say):
        good = [image.input for _, image in chunk if not isinstance(image, ImageError)]
        found = explained(model, np.stack(good), target, details=False) if good else None
        answers = _accounts(found, config.class_names) if found else iter(())
        for path, image in chunk:
            failed = isinstance(image, ImageError)
            yield {"file": str(path), **({"error": str(image)} if failed else next(answers))}


def _class_index(name: str, run: Run) -> int:
    names = run.config().class_names
    if name in names:
        return names.index(name)
    hint = did_you_mean(name, names)
    listed = ", ".join(names[:NAMES_SHOWN]) + (", ..." if len(names) > NAMES_SHOWN else "")
    raise ConfigError(f"--target must be one of {listed}, got {name!r}{hint}")


def _accounts(found: Explanation, names: tuple[str, ...]) -> Iterator[Answer]:
    for i, label in enumerate(found.target):
        yield {
            "label": names[label],
            "logit": float(found.score[i]),
            **terms_of(found, i),
        }


def _table(parts: list[str], answer: Answer) -> str:
    return account(row(answer["file"], answer["label"]), parts, answer)
