"""Several processes that train together, as torchrun starts them: they do what one would."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from dpn.__main__ import main
from dpn.errors import ConfigError
from dpn.runs.folder import list_runs
from dpn.training import parallel
from dpn.training.parallel import Group
from dpn.training.trainer import Trainer
from tests.helpers import short_training, small_dataset, small_model, until, write_npz

ROOT = Path(__file__).parents[2]
TOGETHER = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
SETTINGS = ["--set", "batch_size=33", "--set", "augmentation=affine", "--set", "device=cpu"]
EXACT = ["--set", "precision=float32"]  # bfloat16 rounds to 8 bits
MODELS = ("dpn", "residual", "residual --set encoder_bias=false")


@pytest.fixture
def places(tmp_path):
    write_npz(tmp_path / "data", train=100)

    def options(name):
        return ["--data-dir", str(tmp_path / "data"), "--runs-dir", str(tmp_path / name)]

    return options


def start(module, *arguments):
    command = [sys.executable, *TOGETHER, "-m", module, *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"}, **pipes)


def trained(folder):
    return [run for run in list_runs(folder) if run.origin == "trained"]


def records(run, kind):
    lines = (run.path / "metrics.jsonl").read_text().splitlines()
    return [record for line in lines if (record := json.loads(line))["kind"] == kind]


class Two(Group):
    """One of two processes; the other has only zeros to add."""

    def total(self, *values):
        return list(values)

    def wrap(self, model):
        return model


def test_bfloat16_is_taken_only_where_all_processes_find_it_quicker():
    training = short_training(batch_size=32, precision="bfloat16")
    trainer = Trainer(small_model(), training, small_dataset(), Two(0, 2))
    assert trainer.bfloat16
    trainer.step()
    assert not trainer.bfloat16


@pytest.mark.parametrize(("size", "ends"), [("1", True), ("2", False)])
def test_one_of_several_processes_does_not_wait_for_the_interpreter_to_end(size, ends):
    """Threads of Gloo may ask for it then: "terminate called without an active exception"."""
    told = (
        "import atexit, runpy, sys; atexit.register(print, 'ended'); sys.argv[1:] = ['datasets'];"
    )
    command = [sys.executable, "-c", f"{told} runpy.run_module('dpn', run_name='__main__')"]
    environment = {**os.environ, "WORLD_SIZE": size}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "digits" in done.stdout
    assert done.stdout.endswith("ended\n") == ends


def children(pid):
    return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to find a process")
def test_two_processes_train_as_one_and_when_one_is_killed_all_end_and_the_run_goes_on(
    places, tmp_path, capsys
):
    """One test, for to start them takes longer than all that they do."""
    named = ["--dataset", "small", "--steps", "25", *SETTINGS, *EXACT, "--json"]
    lines = [["train", *named, "--model", *model.split()] for model in MODELS]
    endless = ["train", "--dataset", "small", "--steps", "1000000", *SETTINGS, *places("killed")]
    told = [[*line, *places(f"two {index}")] for index, line in enumerate(lines)]
    process = start("tests.training.rank", json.dumps([*told, endless]))
    try:
        for index, line in enumerate(lines):
            assert main([*line, *places(f"one {index}")]) == 0
            assert len(capsys.readouterr().out.splitlines()) == 1
        run = until(
            lambda: process.poll() is not None or next(iter(trained(tmp_path / "killed")), None),
            120,
        )
        assert process.poll() is None, process.communicate()
        out, err = killed(process, run)
    finally:
        process.terminate()  # torchrun ends its processes, too
    said = [json.loads(line)["run"] for line in out.splitlines()]
    assert len(said) == len(MODELS)  # rank 0 alone speaks
    for index, model in enumerate(MODELS):
        ((one,), (two,)) = (trained(tmp_path / f"{count} {index}") for count in ("one", "two"))
        assert two.id == said[index]
        reproduces(one, two, model)
    assert process.returncode != 0
    (line,) = (line for line in err.splitlines() if line.startswith("dpn train:"))
    assert "is gone" in line
    assert "--resume" in line
    assert run.status()["state"] == "failed"
    _shorten(run)
    done = start("dpn", "train", "--resume", run.id, "--json", *places("killed"))
    out, err = done.communicate(timeout=120)
    assert done.returncode == 0, err
    (line,) = out.splitlines()
    assert json.loads(line)["run"] == run.id
    assert run.status()["state"] == "finished"


def reproduces(one, two, model):
    """A run of two processes learned what that of one did."""
    assert two.config().model.model == one.config().model.model == model.split()[0]
    assert two.status()["state"] == "finished"
    for kind, count in (("step", 25), ("validation", None)):
        ours, theirs = records(one, kind), records(two, kind)
        assert len(ours) == len(theirs) == (count or len(theirs)) > 0
        for name in ("step", "loss", "accuracy"):
            first, second = ([record[name] for record in all_] for all_ in (ours, theirs))
            told = f"{model}: {kind} {name}"
            np.testing.assert_allclose(first, second, atol=1e-4, err_msg=told)
    assert one.result()["test_loss"] == pytest.approx(two.result()["test_loss"], abs=1e-4)
    weights, others = (run.load_model().state_dict() for run in (one, two))
    for name, value in weights.items():
        told = f"{model}: {name}"
        np.testing.assert_allclose(value, others[name], atol=1e-3, rtol=1e-3, err_msg=told)


def killed(process, run):
    """Kill rank 1 when the run is at work; return what was said on stdout and stderr."""
    until(lambda: (run.path / "metrics.jsonl").exists() and len(records(run, "step")) > 20)
    assert run.status()["state"] == "running"
    os.kill(sorted(children(process.pid))[1], signal.SIGKILL)
    return process.communicate(timeout=60)


def _shorten(run):
    """Let the run end a few steps after its checkpoint."""
    config = json.loads((run.path / "config.json").read_text())
    config["training"]["steps"] = int(run.load_checkpoint()["progress"][0]) + 5
    (run.path / "config.json").write_text(json.dumps(config))


def test_together_numbers_far_from_0_are_normalised_as_by_one_process(monkeypatch):
    """As if the group had one process, whose sums are those of all."""
    monkeypatch.setattr(parallel.dist, "all_reduce", lambda tensor: None)
    x = 3000 + torch.randn(8, 2, 12, 12, generator=torch.Generator().manual_seed(0))
    way = torch.randn(x.shape, generator=torch.Generator().manual_seed(1))
    found = []
    for join in (lambda model: None, parallel._join_normalisation):
        model = nn.Sequential(nn.BatchNorm2d(2))
        join(model)
        value = x.clone().requires_grad_()
        answer = model(value)
        answer.backward(way)
        found.append([answer.detach(), value.grad, model[0].weight.grad, model[0].running_var])
    for one, together in zip(*found, strict=True):
        torch.testing.assert_close(together, one, atol=1e-2, rtol=1e-3)


@given(st.integers(1, 9), st.integers(0, 100))
def test_shares_of_a_batch_are_whole_and_even(size, batch):
    shares = [list(range(batch))[Group(rank, size).share(batch)] for rank in range(size)]
    assert sum(shares, []) == list(range(batch))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_a_batch_smaller_than_the_group_is_refused():
    with pytest.raises(ConfigError, match="batch_size 3 is too small for 4 processes"):
        Trainer(small_model(), short_training(batch_size=3), small_dataset(), Group(0, 4))


def test_alone_nothing_is_added_up_and_no_error_is_turned_into_another():
    assert Group().total(1.5, 2.0) == [1.5, 2.0]
    with pytest.raises(RuntimeError, match="gloo says"), Group().watched():
        raise RuntimeError("gloo says no")
