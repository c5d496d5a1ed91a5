"""What a run is called: a text its owner gave it, or else its data, model, result and time.

title.json   {"title": "…"}: only there after somebody gave the run a title of its own
"""

from __future__ import annotations

import contextlib
from datetime import datetime

from dpn.data.known import title_of_set
from dpn.errors import RunError
from dpn.evaluation.scores import accuracy_words
from dpn.language import msg, t
from dpn.names import MAX_NAME_LENGTH, is_class_name, shown
from dpn.runs.config import RunConfig
from dpn.runs.files import read_json, write_json
from dpn.runs.result import answered
from dpn.runs.run import TITLE, Run

#: What a model is called, by its name in ``ModelConfig``.
MODEL_WORDS = {
    "dpn": "DPN",
    "residual": msg("Residual"),
    "mlp": "MLP",
    "words": msg("Words"),
    "frames": msg("Frames"),
    "items": msg("Items"),
    "planner": msg("Planner"),
}
STATE_WORDS = {
    "queued": msg("waiting for its turn"),
    "loading": msg("loading the data"),
    "running": msg("training"),
    "paused": msg("paused"),
    "stopped": msg("stopped"),
    "interrupted": msg("interrupted"),
    "finished": msg("finished"),
    "failed": msg("stopped by a problem"),
}
#: Bytes of a file that holds a title: far more than the longest takes.
MAX_BYTES = 4096


def title_of(run: Run, *, with_state: bool = True) -> str:
    """Return what people call a run, in a line of about 100 characters at most; it never raises.

    Without a title of its own: "MNIST · DPN · 98.1% · today 08:01", with "98.1% of 359" where that
    is of few images. ``with_state=False`` leaves out how an unfinished training stands. A run that
    is damaged is called by its id.
    """
    own = own_title(run)
    if own:
        return own
    try:
        return _derived(run, run.config(), with_state)
    except RunError:
        return run.id


def own_title(run: Run) -> str:
    """Return the text that a run was given as its title; "" if none, or its file is damaged."""
    file = run.path / TITLE
    try:
        if file.stat().st_size > MAX_BYTES:
            return ""
        title = read_json(file).get("title")
    except (OSError, ValueError, RunError):
        return ""
    return title.strip() if isinstance(title, str) and is_class_name(title) else ""


def set_title(run: Run, text: str) -> None:
    """Give a run a title of its own; with a blank one it is called by what it is again.

    Raises:
        RunError: the text is too long or not printable, the run is a shipped one, or its folder
            cannot be written; its title is as it was.
    """
    text = text.strip()
    if run.origin == "shipped":
        raise RunError(f"Run {run.id!r} is part of the project and keeps its title.")
    if text and not is_class_name(text):
        raise RunError(
            f"A title is at most {MAX_NAME_LENGTH} characters, all visible, "
            f"got {text[:80]!r} ({len(text):,} characters). Choose another one."
        )
    try:
        if text:
            write_json(run.path / TITLE, {"title": text})
        else:
            (run.path / TITLE).unlink(missing_ok=True)
    except OSError as error:
        raise RunError(
            f"The title of run {run.id!r} cannot be written ({error.strerror})."
        ) from error


def _derived(run: Run, config: RunConfig, with_state: bool) -> str:
    name, result = config.training.dataset, run.result()
    data = shown(title_of_set(name))
    words = [data, t(MODEL_WORDS[config.model.model])]
    if result:
        words.append(accuracy_words(result["test_accuracy"], answered(result)[0]))
    elif with_state:
        words.append(t(STATE_WORDS[run.status()["state"]]))
    if config.lesson:
        words.append(t("taught"))
    words.append(t("shipped") if run.origin == "shipped" else _when(config.created))
    return " · ".join(filter(None, words))


def _when(created: str) -> str:
    """Return a moment in local time: "today 08:01", "28 Nov 08:01", or with its year if not this.

    A text that is no date gives "".
    """
    with contextlib.suppress(ValueError, OverflowError, OSError):
        then, now = datetime.fromisoformat(created).astimezone(), datetime.now()
        if then.date() == now.date():
            return t("today {time}", time=f"{then:%H:%M}")
        this_year = t("{when:%d %b %H:%M}", when=then)
        return this_year if then.year == now.year else t("{when:%d %b %Y}", when=then)
    return ""
