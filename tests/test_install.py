"""Which torch ``install.py`` takes, and from where; a real pip against an index of this machine."""

import http.server
import os
import subprocess
import threading
import zipfile
from functools import partial

import pytest

import install

HERE = ("Linux", False)


@pytest.mark.parametrize(
    ("environment", "machine", "settings", "index"),
    [
        ({}, HERE, {}, install.CPU_INDEX),
        ({"TORCH": "cpu"}, ("Linux", True), {}, install.CPU_INDEX),
        ({"TORCH": "cuda"}, HERE, {}, None),
        ({}, ("Linux", True), {}, None),
        ({}, ("Darwin", False), {}, None),
        ({}, ("Windows", False), {}, None),
        ({}, HERE, {"index-url": "https://me:secret@mirror.example/simple"}, None),
        ({}, HERE, {"index-url": "https://pypi.org/simple"}, install.CPU_INDEX),
        ({"TORCH": "cpu"}, HERE, {"index-url": "https://mirror.example"}, install.CPU_INDEX),
        ({"TORCH_INDEX": "https://mirror.example/cpu"}, HERE, {}, "https://mirror.example/cpu"),
    ],
)
def test_a_machine_gets_the_torch_that_fits_it(environment, machine, settings, index):
    found, words = install.choose(environment, *machine, settings)
    assert found == index
    assert "secret" not in words
    assert bool(words) == (index is not None or "index-url" in settings)


def test_a_torch_that_is_neither_is_refused_in_one_line(monkeypatch, capsys):
    monkeypatch.setenv("TORCH", "rocm")
    monkeypatch.setattr(install.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="2"):
        install.main()
    assert capsys.readouterr().err == (
        "TORCH must be cpu or cuda, got 'rocm'; without it torch is chosen for this machine\n"
    )


def test_a_gpu_is_found_by_its_files(tmp_path, monkeypatch):
    monkeypatch.setattr(install.shutil, "which", lambda name: None)
    assert not install.has_gpu(tmp_path)
    (tmp_path / "proc/driver/nvidia/gpus/0000:01:00.0").mkdir(parents=True)
    assert install.has_gpu(tmp_path)


def test_a_driver_without_a_gpu_is_none(tmp_path, monkeypatch):
    tool = tmp_path / "nvidia-smi"
    monkeypatch.setattr(install.shutil, "which", lambda name: str(tool))
    for says, is_here in (("echo 'GPU 0: NVIDIA T4'", True), ("echo No devices; exit 6", False)):
        tool.write_text(f"#!/bin/sh\n{says}\n")
        tool.chmod(0o755)
        assert install.has_gpu(tmp_path) is is_here


def test_settings_of_pip_are_read_as_pip_ranks_them(tmp_path, monkeypatch):
    file = tmp_path / "pip.conf"
    file.write_text("[global]\nindex-url = https://all\nproxy = http://p\n[install]\ncert = /c\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.setenv("PIP_INDEX_URL", "https://mine")
    found = install.pip_settings()
    assert [found[name] for name in ("index-url", "proxy", "cert")][:2] == [
        "https://mine",
        "http://p",
    ]
    assert found["cert"] == os.environ.get("PIP_CERT", "/c")


def wheel(folder, name, version, needs=""):
    folder.mkdir(parents=True, exist_ok=True)
    path, info = folder / f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{name}.py", "")
        about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}"
        file.writestr(f"{info}/METADATA", about)
        file.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{info}/RECORD", "")
    (folder / "index.html").write_text(f'<a href="{path.name.replace("+", "%2B")}">{path.name}</a>')


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def index(tmp_path):
    """An index of this machine that has torch and torchvision without CUDA."""
    wheel(tmp_path / "index" / "torch", "torch", "2.12.0+cpu")
    wheel(tmp_path / "index" / "torchvision", "torchvision", "0.27.0+cpu", "Requires-Dist: torch\n")
    handler = partial(Quiet, directory=tmp_path / "index")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_pip_takes_torch_from_the_index_that_is_reached(index, tmp_path):
    assert install.is_reached(index, {})
    assert not install.is_reached(f"{index}/elsewhere", {})
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    command = [*install.PIP, *install.take_from(index), "--target", str(tmp_path / "to")]
    environment = {**plain, "PIP_CONFIG_FILE": os.devnull}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    names = {path.name for path in (tmp_path / "to").glob("*.dist-info")}
    assert names == {"torch-2.12.0+cpu.dist-info", "torchvision-0.27.0+cpu.dist-info"}


@pytest.mark.parametrize(
    ("is_reached", "code", "asked", "says"),
    [
        (True, 0, ["install --retries", "install -r"], "torch comes without CUDA"),
        (True, 1, ["install --retries", "install -r"], "could not be had"),
        (False, 0, ["install -r"], "cannot be reached"),
    ],
)
def test_what_the_index_lacks_comes_from_pips_own(
    monkeypatch, capsys, is_reached, code, asked, says
):
    ran = []

    def run(command, **_):
        ran.append(" ".join(command[3:5]))
        return subprocess.CompletedProcess(command, code if "--retries" in command else 0)

    monkeypatch.setattr(install.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(install, "pip_settings", dict)
    monkeypatch.setattr(install, "has_gpu", lambda: False)
    monkeypatch.setattr(install, "is_reached", lambda index, settings: is_reached)
    monkeypatch.setattr(install.platform, "system", lambda: "Linux")
    monkeypatch.setattr(install.subprocess, "run", run)
    monkeypatch.delenv("TORCH", raising=False)
    monkeypatch.delenv("TORCH_INDEX", raising=False)
    with pytest.raises(SystemExit) as ended:
        install.main()
    assert ended.value.code == 0
    assert ran == asked
    out = capsys.readouterr().out.splitlines()
    assert says in out[-1]
    assert len(out) == 1 + code
