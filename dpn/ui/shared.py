"""What is made once in this process and shared by all pages and sessions."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

import streamlit as st
from streamlit.runtime import exists, get_instance

from dpn import settings
from dpn.own.visits import Visits
from dpn.runs.history import History

if TYPE_CHECKING:
    from dpn.jobs.manager import JobManager
    from dpn.jobs.serving import ModelServer


T = TypeVar("T")

#: The model that answers on Home. It reads the pixels themselves, so each part of its sum is a part
#: of the drawing.
FIRST = "shipped-mnist-dpn"


class Once(Generic[T]):
    """What is made when it is first asked for and kept as long as the process lives.

    Not ``st.cache_resource``: the browser of any visitor can have that emptied, for all of them,
    and trainings and their owners must not be forgotten.
    """

    _all: ClassVar[list[Once[object]]] = []

    def __init__(self, make: Callable[[], T]) -> None:
        self.__doc__ = make.__doc__
        self._make, self._lock = make, threading.RLock()
        self._made: list[T] = []
        Once._all.append(self)  # type: ignore[arg-type]

    def __call__(self) -> T:
        """Return it."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]

    @classmethod
    def forget_all(cls) -> None:
        """Make everything anew, in tests."""
        for one in cls._all:
            one._made.clear()


#: Seconds that a server waits for its first visitor, before it imports torch. Meanwhile it would
#: serve the files of the first page at half the pace.
NOBODY = 3.0
#: What is imported last; torch comes with it.
LAST = "dpn.jobs.serving"
#: Addresses that only this machine can reach.
LOCAL = ("localhost", "127.0.0.1", "::1")


def is_public() -> bool:
    """Return whether strangers can reach this server: ``DPN_PUBLIC``, else by its address."""
    asked = settings.switch("DPN_PUBLIC")
    if asked is not None:
        return asked
    return st.get_option("server.address") not in LOCAL


@Once
def jobs() -> JobManager:
    """Return the one manager of all trainings in this process."""
    from dpn.jobs.limits import read_limits
    from dpn.jobs.manager import JobManager

    return JobManager(read_limits(public=is_public()))


@Once
def model_server() -> ModelServer:
    """Return the one holder of models, shared by all pages and sessions."""
    warm_up().wait()
    from dpn.jobs.serving import ModelServer

    return ModelServer(jobs())


@Once
def visits() -> Visits:
    """Return the one holder of data sets that are here for a visit."""
    return Visits(lambda session: exists() and get_instance().is_active_session(session))


@st.cache_resource(
    show_spinner=False, max_entries=64
)  # a sweep's, which is looked at again and again
def history(path: str) -> History:
    """Return the reader of one metrics.jsonl, shared by all who watch it."""
    return History(Path(path))


@Once
def _wanted() -> threading.Event:
    """Return what is set as soon as torch is wanted."""
    return threading.Event()


class _Awaited(threading.Event):
    """An event that comes the sooner for being waited for."""

    def wait(self, timeout: float | None = None) -> bool:
        hurry()
        return super().wait(timeout)


@Once
def warm_up() -> threading.Event:
    """Import what takes seconds, in the background, as soon as somebody opens a page or waits.

    Returns an event that is set once it is done. Whoever needs torch or SciPy waits
    for it first: two threads that import one of them at the same time see it half made.
    """
    done = _Awaited()

    def load() -> None:
        if LAST not in sys.modules:
            _wanted().wait(NOBODY)
        try:
            for name in ("pandas", "scipy.sparse", LAST):
                importlib.import_module(name)
        finally:
            done.set()

    threading.Thread(target=load, name="warm-up", daemon=True).start()
    return done


def hurry() -> None:
    """Have ``warm_up`` begin, if it has not."""
    _wanted().set()


def get_ready_to_train() -> None:
    """Have a process that is ready when Start is pressed, for whoever opens Train.

    It comes after ``warm_up``: both import torch, and side by side each would take twice as long.
    Nobody else pays for it: it holds nearly as much memory as the rest of the app.
    """
    if warm_up().is_set() and "torch._dynamo" in sys.modules:
        jobs().prepare()
    else:
        threading.Thread(target=_get_ready, name="get-ready", daemon=True).start()


def _get_ready() -> None:
    warm_up().wait()
    jobs().prepare()
    from dpn.models.late import import_late  # the page tells what a model costs

    import_late()
