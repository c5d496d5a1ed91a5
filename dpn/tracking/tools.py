"""Which trackers there are, which are installed, and which this server allows."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass

from dpn.errors import ConfigError, said
from dpn.language import t
from dpn.models.train_config import TRACKER_NAMES, tracker_names


@dataclass(frozen=True)
class Tool:
    """One tracker.

    Attributes:
        title: what people call it.
        packages: the modules that must be importable.
        install: what to give to pip.
        look: how to look at what it wrote; {runs} is the runs folder, {run} the run's.
    """

    title: str
    packages: tuple[str, ...]
    install: str
    look: str


TOOLS = {
    "tensorboard": Tool(
        "TensorBoard", ("tensorboard",), "tensorboard", "tensorboard --logdir {runs}"
    ),
    "wandb": Tool("W&B", ("wandb",), "wandb", "wandb sync {run}/wandb/offline-run-*"),
    "mlflow": Tool(
        "MLflow",
        ("mlflow", "sqlalchemy", "alembic"),
        "mlflow",
        "mlflow ui --backend-store-uri sqlite:///{runs}/mlflow/mlflow.db",
    ),
    "trackio": Tool("Trackio", ("trackio",), "trackio", "TRACKIO_DIR={runs}/trackio trackio show"),
}


def is_installed(name: str) -> bool:
    """Return whether a tracker can be imported; nothing is imported to find out.

    A folder of that name where Python looks first, as W&B itself leaves one, is none.
    """
    specs = [importlib.util.find_spec(package) for package in TOOLS[name].packages]
    return all(spec is not None and spec.origin is not None for spec in specs)


def to_install(name: str) -> str:
    """Return the sentence for one that is not installed."""
    tool = TOOLS[name]
    return t(
        "{tool} is not installed here: pip install {package}",
        tool=tool.title,
        package=tool.install,
    )


def check_installed(track: str) -> None:
    """Refuse trackers that are not there, before a training begins.

    Raises:
        ConfigError: one of them is not installed; it says what to install.
    """
    for name in tracker_names(track):
        if not is_installed(name):
            raise ConfigError(t("{sentence}, or train without it.", sentence=to_install(name)))


def allowed(*, public: bool) -> tuple[str, ...]:
    """Return the trackers that may be used: all on one's own machine, none on a public server.

    ``DPN_TRACK`` names others, with commas between them.

    Raises:
        ConfigError: it names something else.
    """
    text = os.environ.get("DPN_TRACK")
    if text is None:
        return () if public else TRACKER_NAMES
    try:
        return tracker_names(text)
    except ConfigError as error:
        raise ConfigError(f"DPN_TRACK: {error}") from error


def check_allowed(track: str, names: tuple[str, ...]) -> None:
    """Refuse trackers that are not among those that may be used.

    Raises:
        ConfigError: one is not.
    """
    for name in tracker_names(track):
        if name not in names:
            raise ConfigError(
                f"track: this server does not write for {TOOLS[name].title}, got {said(track)}. "
                "Train without it, or run the lab on your own machine."
            )
