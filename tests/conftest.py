"""What all tests share: no skips in CI, no timing limits from Hypothesis, folders of their own."""

import gc
import os
import sys

# Tests run beside each other, and start processes: with a thread for each core in all of them the
# cores would spend more time on threads that wait for each other than on what is tested. Read when
# numpy and torch are imported. Tests that ask for threads have them.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import hypothesis
import pytest

import dpn  # noqa: F401 - before torch: it says how long OpenMP's threads wait for work

# What one process has compiled the others read, those of the tests and the many that they start.
# Where Python was told to keep nothing of it, each of them would compile all of the lab again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

gc.disable()  # until all tests are found: what they import stays, and is looked through in vain

# These machines are shared: a slow example is no failure. The same examples each time.
hypothesis.settings.register_profile("ours", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ours")


def pytest_collection_finish():
    """From here on garbage is collected, but among what was imported it is not looked for."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """With DPN_NO_SKIPS=1 (set in CI) a skipped test is a failed one."""
    report = yield
    if report.skipped and os.environ.get("DPN_NO_SKIPS") == "1":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and CI has no skips: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _own_folders(tmp_path, monkeypatch):
    """Give each test its own data and runs folders, so that none sees a user's."""
    monkeypatch.setenv("DPN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DPN_RUNS_DIR", str(tmp_path / "runs"))


@pytest.fixture
def one_thread():
    """Compute with one thread of torch, whatever the machine was told."""
    from tests.helpers import threads_of_torch

    with threads_of_torch(1):
        yield


@pytest.fixture
def fresh_app(monkeypatch):
    """What the app's whole process shares, made anew, with workers in threads."""
    import streamlit as st

    from dpn import ui
    from dpn.jobs import manager as jobs
    from dpn.ui.shared import Once
    from tests.workers import ThreadStarter

    monkeypatch.setattr(jobs, "Starter", ThreadStarter)
    st.cache_resource.clear()
    Once.forget_all()
    yield
    ui.warm_up().wait()
    ui.jobs().shut_down(30)
    st.cache_resource.clear()
    Once.forget_all()
