"""The record of measurements, and two commits compared: with a benchmark that takes no time."""

import json
import os
import re
import subprocess

import pytest

from tests.benchmarks import record
from tests.benchmarks.compare import PREFIX, compare, table
from tests.benchmarks.record import VARIABLE, note

#: Measures the lab of its checkout: it tells what stands there, and how often it was asked.
FAKE = """
import json, os, sys
from dpn import lab
assert sys.argv[1:] == ["fake"], sys.argv
values = {"figure": "fake, seconds", "unit": "s", "value": lab.SECONDS, "p95": 3 * lab.SECONDS}
with open(os.environ["DPN_BENCH_RECORD"], "a") as out:
    out.write(json.dumps(values) + "\\n")
if lab.SECONDS > 5:
    sys.exit("too slow")
"""


@pytest.fixture
def repository(tmp_path):
    """A repository of three commits, whose labs take 4, 2 and 6 s, without the benchmark."""
    root = tmp_path / "lab"
    (root / "dpn").mkdir(parents=True)

    def git(*words):
        who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"]
        done = subprocess.run(["git", *who, *words], cwd=root, capture_output=True, check=True)
        return done.stdout.decode().strip()

    git("init")
    (root / "dpn" / "__init__.py").write_text("")
    commits = []
    for seconds in (4, 2, 6):
        (root / "dpn" / "lab.py").write_text(f"SECONDS = {seconds}\n")
        git("add", "-A")
        git("commit", "-m", f"{seconds}")
        commits.append(git("rev-parse", "HEAD"))
    (root / "tests" / "benchmarks").mkdir(parents=True)
    for folder in ("tests", "tests/benchmarks"):
        (root / folder / "__init__.py").write_text("")
    (root / "tests" / "benchmarks" / "__main__.py").write_text(FAKE)
    return root, commits, git


def test_two_commits_are_measured_in_turns_by_what_is_here(repository, capsys):
    root, (slow, quick, _), git = repository
    found = compare(slow, quick, ["fake"], turns=3, root=root)
    assert found["fake, seconds", "s"] == ({0: 4, 1: 4, 2: 4}, {0: 2, 1: 2, 2: 2})
    told = capsys.readouterr()
    sides = [line.rpartition(" ")[2] for line in told.err.splitlines()]
    assert sides == [slow, quick, quick, slow, slow, quick]
    assert "| fake, seconds | 4 s | 2 s | 0.50 (0.50 to 0.50) | 3 |" in told.out
    assert "| fake, seconds, p95 | 12 s | 6 s | 0.50 (0.50 to 0.50) | 3 |" in told.out
    assert git("worktree", "list").count("\n") == 0  # nothing is left behind


def test_what_is_not_committed_is_compared_too_and_a_failure_is_told(repository, capsys):
    root, (slow, _, broken), _ = repository
    (root / "dpn" / "lab.py").write_text("SECONDS = 1\n")
    assert compare(slow, ".", ["fake"], turns=1, root=root)["fake, seconds", "s"][1] == {0: 1}
    compare(slow, broken, ["fake"], turns=1, root=root)
    assert "fake failed: too slow" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="'nothing' cannot be checked out"):
        compare("nothing", slow, ["fake"], turns=1, root=root)


def test_what_a_killed_comparison_left_is_removed_by_the_next(repository, tmp_path):
    root, (slow, quick, _), git = repository
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = tmp_path / f"{PREFIX}{ended.pid}-a"
    under_way = tmp_path / f"{PREFIX}{os.getpid()}-b"
    for folder in (left, under_way):
        folder.mkdir()
        git("worktree", "add", "--detach", str(folder / "checkout"), slow)
    compare(slow, quick, ["fake"], turns=1, root=root)
    assert not left.exists()
    assert (under_way / "checkout").exists()
    assert git("worktree", "list").count("\n") == 1  # the repository's own, and that one


def test_a_table_tells_medians_and_the_spread_of_ratios():
    sides = {0: 2.0, 1: 4.0, 2: 3.0}, {0: 1.0, 1: 4.0, 2: 1.5}
    assert table("a", "b", {("time", "s"): sides, ("new", "s"): ({}, {0: 1.0})})[2:] == [
        "| time | 3 s | 1.5 s | 0.50 (0.50 to 1.00) | 3 |",
        "| new | – | 1 s | – | 0 |",
    ]


def test_a_figure_is_a_line_with_what_it_is_worth_nothing_without(tmp_path, monkeypatch):
    file = tmp_path / "bench.jsonl"
    monkeypatch.delenv(VARIABLE, raising=False)
    note("not asked for", 1.0, "s")
    monkeypatch.setenv(VARIABLE, str(file))
    monkeypatch.setattr(record, "machine", lambda: {"machine": "a", "cores": 2, "gflops": 100.0})
    record.where.cache_clear()
    note("one", 1.5, "s")
    note("many", list(range(1, 101)), "ms")
    record.where.cache_clear()
    one, many = [json.loads(line) for line in file.read_text().splitlines()]
    assert (one["figure"], one["value"], one["n"], one["unit"]) == ("one", 1.5, 1, "s")
    assert [many[name] for name in ("value", "n", "low", "high", "p95")] == [50.5, 100, 1, 100, 95]
    assert one.keys() >= {"commit", "date", "machine", "cores", "gflops", "versions"}
    assert one["versions"].keys() == {"torch", "streamlit", "numpy", "python"}


def test_each_command_in_the_documents_measures_something():
    root = record.ROOT
    documents = [root / "README.md", root / "CONTRIBUTING.md", *(root / "docs").glob("*.md")]
    text = "\n".join(document.read_text(encoding="utf-8") for document in documents)
    modules = set(re.findall(r"python -m (tests\.benchmarks(?:\.[a-z_]+)+)", text))
    assert len(modules) > 25
    for module in modules:
        place = root / module.replace(".", "/")
        file = place / "__main__.py" if place.is_dir() else place.with_suffix(".py")
        assert '__name__ == "__main__"' in file.read_text(encoding="utf-8"), module
