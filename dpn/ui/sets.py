"""Which data sets this visitor may use: the server's, and their own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from streamlit.runtime.scriptrunner import get_script_run_ctx

from dpn import settings
from dpn.data.catalogue import (
    DatasetInfo,
    list_datasets,
    list_lists,
    list_mazes,
    list_own,
    list_series,
    list_texts,
)
from dpn.data.known import DATASETS
from dpn.errors import DataError, RunError
from dpn.items import sets as lists
from dpn.language import joined, t
from dpn.own import keeping
from dpn.own.making import OwnSet
from dpn.runs.run import Run
from dpn.series import sets as series
from dpn.texts import sets as texts
from dpn.ui import access
from dpn.ui.access import visitor
from dpn.ui.shared import visits


def _own_folder() -> Path | None:
    context = get_script_run_ctx(suppress_warning=True)
    return visits().folder(visitor(), context.session_id if context else "")


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
    context = get_script_run_ctx(suppress_warning=True)
    session = context.session_id if context else ""
    return visits().add(visitor(), session, own, name, balanced=balanced)


def keep(own: OwnSet | str, name: str) -> str:
    """Keep a set on the server, for all to use, and return its name there.

    Args:
        own: the set, or the name of one that is held for this visit.
        name: what it is called there.

    Raises:
        DataError: as ``keeping.keep``; the visitor must be allowed to.
    """
    if not access.may_keep():
        raise DataError(t("Sign in to keep data sets on this server."))
    data = folder_of(own) / f"{own}.npz" if isinstance(own, str) else own
    keeping.keep(data, name, settings.data_dir(), access.owner(), access.kept_quota())
    if isinstance(own, str):
        let_go(own)
    return name


def is_mine(name: str) -> bool:
    """Return whether this visitor keeps a set on the server, and may remove it."""
    owner = access.owner()
    return owner is not None and keeping.owner_of(name, settings.data_dir()) == owner


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
