"""Which settings of several runs differ."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from dpn.language import number_text, t
from dpn.models.vary import applies
from dpn.names import listed
from dpn.runs.config import RunConfig

#: Told in a row of its own, or by what it is made of.
ELSEWHERE = ("model", "dataset", "channels", "height", "width", "classes", "preparation")
#: What stands where a setting means nothing, or is not set.
NOTHING = "–"


def differences(configs: Sequence[RunConfig]) -> dict[str, list[str]]:
    """Return, for each setting that is not the same in all runs, its value in each, as text.

    A setting that means nothing to a run, such as the states of an MLP, is "–" there; one that
    means nothing to all but one of them is told all the same.
    """
    rows = {
        "data set": [config.training.dataset for config in configs],
        "model": [config.model.model for config in configs],
        "image": _of_pictures(configs, lambda c: "×".join(map(str, c.model.image_shape[1:]))),
        "colour": _of_pictures(configs, lambda c: t("colour" if c.model.channels > 1 else "grey")),
        "classes": [f"{len(config.class_names):,}" for config in configs],
        "class names": _class_names(configs),
        "pictures": _of_pictures(configs, lambda c: c.preparation.replace("_", " ")),
        "taught": [_lesson(config) for config in configs],
    }
    for of in ("model", "training"):
        for field in dataclasses.fields(getattr(configs[0], of)):
            if field.name not in ELSEWHERE:
                rows[field.name.replace("_", " ")] = [
                    _text(getattr(getattr(config, of), field.name))
                    if applies(field.name, config.model, config.training)
                    else NOTHING
                    for config in configs
                ]
    return {name: values for name, values in rows.items() if _differ(values)}


def _of_pictures(configs: Sequence[RunConfig], say: Callable[[RunConfig], str]) -> list[str]:
    """Return what is said of each run's pictures; one of another world has none."""
    return [say(config) if config.model.world == "picture" else NOTHING for config in configs]


def _class_names(configs: Sequence[RunConfig]) -> list[str]:
    """Return the classes of each, in few words where those tell them apart."""
    names = [config.class_names for config in configs]
    few = [listed(each, 4) for each in names]
    return few if len(set(few)) == len(set(names)) else [listed(each, len(each)) for each in names]


def _differ(values: Sequence[str]) -> bool:
    return len(set(values)) > 1


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, float):
        return number_text(value)
    return f"{value:,}" if isinstance(value, int) else str(value).replace("_", " ") or NOTHING


def _lesson(config: RunConfig) -> str:
    return t("from {run}", run=config.lesson["parent"]) if config.lesson else t("no")
