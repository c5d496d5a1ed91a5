"""The settings that ``train`` is told, by flags and by --set NAME=VALUE."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from typing import Any

from dpn.errors import ConfigError, said

#: What Python calls what JSON calls true, false and null.
PYTHON = {"True": True, "False": False, "None": None}


def settings_said(options: Namespace) -> dict[str, Any]:
    """Return the settings that were said, by flags and by --set.

    Raises:
        ConfigError: two of them contradict each other, or a flag must be used.
    """
    flags = {
        "epochs": options.epochs,
        "steps": options.steps,
        "learning_rate": options.lr,
        "seed": options.seed,
        "device": options.device,
        "preparation": options.preparation,
        "robust": options.robust,
        "track": options.track,
    }
    found = {name: value for name, value in flags.items() if value is not None}
    for name, value in map(read_setting, options.set):
        if name in ("dataset", "model"):
            raise ConfigError(
                f"{name} is said with --{name}, for all other settings follow it, got --set {name}"
            )
        if name in found and found[name] != value:
            both = f"{said(found[name])} and {said(value)}"
            raise ConfigError(f"{name} is said twice, as {both}: leave one out")
        found[name] = value
    if found.get("epochs") is not None and found.get("steps") is not None:
        raise ConfigError("epochs and steps both say how long it trains: leave one out")
    return found


def read_setting(text: str) -> tuple[str, Any]:
    """Return the name and the value in NAME=VALUE.

    Raises:
        ConfigError: there is no sign in it.
    """
    name, sign, value = text.partition("=")
    if not sign:
        raise ConfigError(f"--set must be NAME=VALUE, got {text!r}; try --set operator=soft")
    if value in PYTHON:
        return name, PYTHON[value]
    try:
        return name, json.loads(value)
    except (ValueError, RecursionError):
        return name, _number(value)  # a word needs no quotes


def _number(value: str) -> float | str:
    """Return a number that JSON writes otherwise, such as .5, and else the word that it is."""
    is_number = re.fullmatch(r"[+-]?(\d+\.?|\d*\.\d+)(e[+-]?\d+)?", value, re.I)
    return float(value) if is_number else value
