"""Who looks at the page, and what they may do: everything on one's own machine.

On a public server a training belongs to the visitor who started it: all can watch it, and only its
owner can pause, stop, resume or delete it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from dpn import settings
from dpn.errors import RunError, TrainingError
from dpn.jobs.limits import UNLIMITED, read_limits
from dpn.jobs.visitors import COOKIE, owner_of, server_secret, visitor_of
from dpn.language import msg, t
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.runs.title import set_title
from dpn.ui.shared import is_public, jobs, warm_up
from dpn.ui.words import plain

if TYPE_CHECKING:
    from dpn.runs.run import Run
    from dpn.sweeps.record import Sweep

NOT_YOURS = msg("Somebody else started this training: you can watch it, and start one of your own.")
NOT_YOURS_TO_EXPORT = msg("Somebody else trained this model: only they can export it.")
SIGN_IN_FIRST = msg(
    "Sign in to train or teach: the button is in the sidebar. All else is open to all."
)


def owner() -> str | None:
    """Return this visitor as a run's ``owner``; None on one's own machine.

    Whoever is signed in is the same on every device.
    """
    if not is_public():
        return None
    if _is_signed_in():
        return owner_of(f"user {_user().get('iss')} {_user().get('sub')}")
    return owner_of(visitor())


def visitor() -> str:
    """Return the name in this browser's cookie; without one it is new in each session."""
    if "visitor" not in st.session_state:
        cookie = st.context.cookies.get(COOKIE)
        name = visitor_of(cookie, server_secret(settings.runs_dir())) if cookie else None
        st.session_state["visitor"] = name or secrets.token_hex(16)
    return str(st.session_state["visitor"])


def greet() -> None:
    """Note that this visitor is still there."""
    mine = owner()
    if mine:
        jobs().seen(mine)


def start(chosen: tuple[ModelConfig, TrainConfig], data_dir: Path) -> str:
    """Start a training that belongs to this visitor, and return its run's id.

    ``data_dir`` is where its data set is.

    Raises:
        DPNError: it is above the server's limits, or the visitor has to sign in first.
    """
    if not may_train():
        raise TrainingError(t(SIGN_IN_FIRST))
    warm_up().wait()  # a model's parameters are counted with torch
    return jobs().start(*chosen, data_dir, settings.runs_dir(), owner())


def start_sweep(sweep: Sweep, data_dir: Path) -> None:
    """Train what is left of a sweep, one after the other.

    ``data_dir`` is where its data set is.

    Raises:
        DPNError: it is above the server's limits, somebody else's, or one has to sign in first.
    """
    if not may_train():
        raise TrainingError(t(SIGN_IN_FIRST))
    if not owns(sweep.owner):
        raise TrainingError(t(NOT_YOURS))
    warm_up().wait()
    jobs().sweeps.start(sweep, data_dir, settings.runs_dir())


def resume(run: Run, data_dir: Path) -> None:
    """Go on with a run that is over, as this visitor's; ``data_dir`` is where its data set is.

    Raises:
        DPNError: it is above the server's limits, or under way already.
    """
    warm_up().wait()
    jobs().resume_run(run, data_dir, owner())


def is_spent(run: Run) -> bool:
    """Return whether a run has trained for as long as one may on this server."""
    return read_limits(public=is_public()).is_spent(run)


def owns(whose: str | None) -> bool:
    """Return whether this visitor may change what ``whose`` owns, None for the server's own."""
    mine = owner()
    return mine is None or mine == whose


def owns_run(run: Run) -> bool:
    """Return whether this visitor may resume or delete a run; a damaged one is the server's."""
    try:
        return owner() is None or owns(run.config().owner)
    except RunError:
        return owns(None)  # nobody can tell any more whose it was


def may_rename(run: Run) -> bool:
    """Return whether this visitor may retitle or delete a run; nobody may with a shipped one."""
    return run.origin != "shipped" and owns_run(run)


def rename(run: Run, text: str) -> None:
    """Give a run a title of its own, or with a blank one the usual title again.

    Raises:
        RunError: it is not this visitor's, or as ``set_title``.
    """
    if not may_rename(run):
        raise RunError(t("Only who started a training can rename it."))
    set_title(run, text)


def may_export(run: Run) -> bool:
    """Return whether this visitor may take a model away: a shipped one or their own."""
    return run.origin == "shipped" or owns_run(run)


def check_model(model: ModelConfig) -> None:
    """Refuse a model that is brought along and larger than one that may be trained here.

    Raises:
        ConfigError: it has too many parameters.
    """
    read_limits(public=is_public()).check(model, TrainConfig())


def may_train() -> bool:
    """Return whether this visitor may train and teach: ``DPN_SIGN_IN=1`` asks to sign in first."""
    return not settings.switch("DPN_SIGN_IN") or _is_signed_in()


def may_keep() -> bool:
    """Return whether this visitor may keep data sets on the server."""
    return not is_public() or _is_signed_in()


def kept_quota() -> float:
    """Return how many bytes of data sets this visitor may keep; 0 for no limit."""
    megabytes = read_limits(public=is_public()).kept
    return 0 if megabytes == UNLIMITED else megabytes * 1e6


def sign_in() -> None:
    """Draw the button to sign in or out, where the server knows a provider (OpenID Connect)."""
    if not can_sign_in():
        return
    if _is_signed_in():
        who = plain(str(_user().get("name") or _user().get("email")))
        st.caption(t("Signed in as {name}", name=who))
        st.button(t("Sign out"), on_click=st.logout, key="sign_out")
    else:
        st.button(t("Sign in"), on_click=st.login, key="sign_in", icon=":material/login:")


def can_sign_in() -> bool:
    """Return whether the server knows a provider."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:  # no secrets.toml: nobody signs in here
        return False


def _is_signed_in() -> bool:
    return bool(_user().get("is_logged_in", False))


def _user() -> Mapping[str, Any]:
    return st.user
