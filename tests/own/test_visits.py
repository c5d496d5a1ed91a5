"""Sets that are there for a visit: private, limited, and gone with the visitor."""

import gc
import json
import shutil
import stat
import subprocess
import sys
import tempfile

import pytest

from dpn.data.catalogue import dataset_info, list_own
from dpn.data.known import title_of_set
from dpn.data.npz import read_npz
from dpn.errors import DataError
from dpn.own import visits
from dpn.runs.processes import this_process
from tests.own.written import bars, made, npz


@pytest.fixture
def own():
    x, y = bars(30)
    return made({"bars.npz": npz(x=x, y=y)})


@pytest.fixture
def open_windows():
    return {"window"}


@pytest.fixture
def all_visits(open_windows):
    return visits.Visits(open_windows.__contains__)


def test_each_visitor_sees_their_own_sets_alone(own, all_visits):
    first = all_visits.add("ada", "window", own, "bars")
    second = all_visits.add("bob", "window", own, "bars", balanced=True)
    assert first != second
    assert title_of_set(first) == "bars"
    folder = all_visits.folder("ada", "window")
    assert [info.name for info in list_own(folder)] == [first]
    assert [info.title for info in list_own(folder)] == ["bars"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(read_npz(folder / f"{first}.npz").x_train) == 24
    assert all_visits.folder("eve", "window") is None
    assert not all_visits.is_balanced("ada", first)
    assert all_visits.is_balanced("bob", second)
    assert not all_visits.is_balanced("ada", second)
    all_visits.remove("ada", second)  # which is not hers
    assert list_own(all_visits.folder("bob", "window"))
    all_visits.remove("ada", first)
    assert not list_own(folder)


def test_a_folder_that_the_system_tidied_away_is_made_anew(own, all_visits):
    all_visits.add("ada", "window", own, "bars")
    shutil.rmtree(all_visits.folder("ada", "window").parent)
    for visitor in ("ada", "bob"):
        name = all_visits.add(visitor, "window", own, "bars")
        folder = all_visits.folder(visitor, "window")
        assert [info.name for info in list_own(folder)] == [name]
        assert json.loads((folder.parent / visits.OWNER).read_text()) == this_process()
    all_visits.close()
    assert not folder.parent.exists()


def test_they_go_an_hour_after_the_last_window_closed(own, all_visits, open_windows, monkeypatch):
    all_visits.add("ada", "window", own, "bars")
    folder = all_visits.folder("ada", "window")
    monkeypatch.setattr(visits, "SECONDS", 0.0)
    assert all_visits.folder("ada", "window") == folder  # the window is open
    open_windows.clear()
    assert all_visits.folder("ada", "window") is None
    gc.collect()
    assert not folder.exists()


def test_a_visitor_has_a_limit_and_all_have_one(own, all_visits, monkeypatch):
    monkeypatch.setattr(visits, "MOST_SETS", 2)
    for _ in range(2):
        all_visits.add("ada", "window", own, "bars")
    with pytest.raises(DataError, match="You have brought 2 data sets"):
        all_visits.add("ada", "window", own, "bars")
    monkeypatch.setattr(visits, "MOST_IN_ALL", 10)
    with pytest.raises(DataError, match="This server holds too many"):
        all_visits.add("bob", "window", own, "bars")
    assert all_visits.folder("bob", "window") is None


def test_a_name_that_is_none_is_refused(own, all_visits):
    with pytest.raises(DataError, match="must be a name"):
        all_visits.add("ada", "window", own, "../bars")
    with pytest.raises(DataError, match="must be a name"):
        all_visits.remove("ada", "../bars")


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_at_the_end_all_sets_of_all_are_removed_and_none_come_after(own, all_visits, temporary):
    all_visits.add("ada", "window", own, "bars")
    all_visits.add("bob", "window", own, "bars")
    (home,) = temporary.iterdir()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert len(list(home.glob("*/*.npz"))) == 2
    all_visits.close()
    all_visits.close()
    assert not list(temporary.iterdir())
    with pytest.raises(DataError, match="the server is about to end"):
        all_visits.add("ada", "window", own, "bars")
    assert not list(temporary.iterdir())


def test_only_what_dead_servers_of_this_machine_left_is_removed(own, all_visits, temporary):
    code = "import json; from dpn.runs.processes import *; print(json.dumps(this_process()))"
    dead = json.loads(subprocess.check_output([sys.executable, "-c", code]))
    owners = {
        "dead": dead,
        "reborn": {**this_process(), "started": 1},  # its number was given to another process
        "alive": this_process(),
        "elsewhere": {**dead, "host": "another machine"},
        "odd": [1],
    }
    for name, process in owners.items():
        folder = temporary / f"dpn-own-{name}"
        (folder / "visitor").mkdir(parents=True)
        (folder / "visitor" / "x.npz").write_bytes(b"x")
        (folder / "server.json").write_text(json.dumps(process))
    (temporary / "dpn-own-unmarked").mkdir()
    (temporary / "dpn-own-broken").mkdir()
    (temporary / "dpn-own-broken" / "server.json").write_text("{")
    (temporary / "dpn-own-file").write_text("")
    (temporary / "dpn-own-link").symlink_to(temporary / "dpn-own-alive")
    all_visits.add("ada", "window", own, "bars")
    before = {path.name for path in temporary.iterdir()}
    visits.remove_left_behind()
    gone = before - {path.name for path in temporary.iterdir()}
    assert gone == {"dpn-own-dead", "dpn-own-reborn"}
    assert list(temporary.glob("dpn-own-alive/*/x.npz"))
    assert all_visits.folder("ada", "window").exists()


def test_what_is_gone_is_said_so(tmp_path):
    with pytest.raises(DataError, match="'bars' was brought for a visit, and is gone"):
        dataset_info("bars--0a1b2c", tmp_path)
