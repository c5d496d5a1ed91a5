"""Which data sets this visitor may use: the server's, and their own."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from streamlit.runtime.scriptrunner import get_script_run_ctx

from dpn import settings
from dpn.data.catalogue import (
    DatasetInfo,
    dataset_info,
    list_datasets,
    list_lists,
    list_mazes,
    list_own,
    list_series,
    list_texts,
)
from dpn.data.known import DATASETS, title_of_set
from dpn.errors import DataError, RunError
from dpn.items import sets as lists
from dpn.language import joined, t
from dpn.own import keeping
from dpn.own.making import OwnSet
from dpn.runs.folder import list_runs
from dpn.runs.run import Run
from dpn.series import sets as series
from dpn.texts import sets as texts
from dpn.ui import access
from dpn.ui.access import visitor
from dpn.ui.shared import visits


def _own_folder() -> Path | None:
    return visits().folder(visitor(), _session())


def _session() -> str:
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


def sets() -> dict[str, DatasetInfo]:
    """Return the server's data sets, then those that this visitor has brought, by name.

    Of texts, series and lists how many there are is not known: that would need to read them.
    """
    here = settings.data_dir()
    infos = [*list_datasets(here), *list_texts(here), *list_series(here), *list_lists(here)]
    infos += list_mazes()
    if (folder := _own_folder()) is not None:
        kept = {info.name for info in infos}
        own = [info for info in list_own(folder) if info.name not in kept]
        infos += [
            replace(
                info,
                title=t("{title} (yours)", title=info.title),
                about=joined([info.about, t("It is here for your visit.")]),
            )
            for info in own
        ]
    return {info.name: info for info in infos}


def hold(own: OwnSet, name: str, *, balanced: bool) -> str:
    """Hold a set for this visit and return its full name.

    Raises:
        DataError: as ``Visits.add``.
    """
    return visits().add(visitor(), _session(), own, name, balanced=balanced)


def keep(own: OwnSet | str, name: str, *, balanced: bool = False) -> str:
    """Keep a set on the server, for all to use, and return its name there.

    Args:
        own: the set, or the name of one that is held for this visit.
        name: what it is called there.
        balanced: whether this visitor wants each class of it equally often, as of one that is held.

    Raises:
        DataError: as ``keeping.keep``; the visitor must be allowed to.
    """
    if not access.may_keep():
        raise DataError(t("Sign in to keep data sets on this server."))
    if isinstance(own, str) and not is_held(own):  # another window was first
        dataset_info(own, settings.data_dir())  # says so where it is gone
        return own
    data = folder_of(own) / f"{own}.npz" if isinstance(own, str) else own
    keeping.keep(data, name, settings.data_dir(), _keeper(), access.kept_quota())
    if balanced or (isinstance(own, str) and is_balanced(own)):
        visits().balance(visitor(), _session(), name)
    if isinstance(own, str):
        visits().remove(visitor(), own)  # not what is kept now, perhaps under the same name
    return name


def is_mine(name: str) -> bool:
    """Return whether this visitor keeps a set on the server, and may remove it."""
    return keeping.owner_of(name, settings.data_dir()) == _keeper()


def _keeper() -> str:
    """Return who keeps what this visitor keeps; on one's own machine whoever is at it."""
    return access.owner() or keeping.HERE


def name_to_keep(name: str) -> str:
    """Return what a set that is held for this visit is called when it is kept.

    That is what its owner called it; its full name, where that is taken or a run knows it by this.
    """
    free = title_of_set(name)
    try:
        keeping.check_free(free, settings.data_dir())
    except DataError:
        return name
    for run in list_runs(settings.runs_dir()):
        with contextlib.suppress(RunError):
            if run.config().training.dataset == name:
                return name
    return free


def let_go(name: str) -> None:
    """Remove a set that this visitor has brought, or keeps on the server."""
    if is_held(name):
        visits().remove(visitor(), name)
    elif is_mine(name):
        keeping.remove(name, settings.data_dir())


def is_held(name: str) -> bool:
    """Return whether a set is here for this visit only."""
    return folder_of(name) != settings.data_dir()


def is_balanced(name: str) -> bool:
    """Return whether this visitor wants each class of a set to be shown equally often."""
    return visits().is_balanced(visitor(), name)


def folder_of(name: str) -> Path:
    """Return the folder that a data set is read from: the server's, or this visitor's own."""
    here, own = settings.data_dir(), _own_folder()
    file = f"{name}.npz"
    if own is not None and not (here / file).is_file() and (own / file).is_file():
        return own
    return here


def may_see(run: Run) -> bool:
    """Return whether the images that a run was trained on are here for all, or this visitor's."""
    try:
        name = run.config().training.dataset
    except RunError:
        return False
    folder = folder_of(name)
    if name in DATASETS or (folder / f"{name}.npz").is_file():
        return True
    return any(of.is_set(name, folder) for of in (texts, series, lists))
