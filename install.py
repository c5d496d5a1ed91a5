"""Install what requirements.txt lists, with the torch that fits this machine: ``make run`` does.

torch's wheels on PyPI for Linux carry CUDA, gigabytes of it. Where no NVIDIA GPU is, PyTorch's own
index of CPU wheels is asked for torch and torchvision first; all else, and torch where that index
cannot be reached, comes from where pip is set to look. It needs nothing but Python and pip, and
installs into the environment of the Python that runs it.

Environment: ``TORCH``, cpu or cuda, says which torch; ``TORCH_INDEX`` is the address to take torch
from, such as a mirror of PyTorch's.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
import ssl
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

#: Where PyTorch has its wheels without CUDA: https://pytorch.org/get-started/locally/
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
PYPI = "https://pypi.org/"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
#: The packages that this index is asked for: they must be of one build.
FROM_INDEX = ("torch", "torchvision")
#: Seconds that the index gets to answer.
PATIENCE = 5.0
PIP = (sys.executable, "-m", "pip")


def main() -> None:
    """Install; end the process with pip's exit code, or 2 if a setting is wrong."""
    if importlib.util.find_spec("torch") is None:  # else it stays the one that is here
        settings = pip_settings()
        try:
            index, words = choose(dict(os.environ), platform.system(), has_gpu(), settings)
        except ValueError as error:
            print(error, file=sys.stderr)
            sys.exit(2)
        if index and not is_reached(index, settings):
            index, words = None, f"{index} cannot be reached: torch comes from pip's own index."
        if words:
            print(words, flush=True)
        if index and subprocess.run([*PIP, *take_from(index)], check=False).returncode:
            print(
                f"torch could not be had from {index}: it comes from pip's own index.", flush=True
            )
    sys.exit(subprocess.run([*PIP, "install", "-r", str(REQUIREMENTS)], check=False).returncode)


def choose(
    environment: dict[str, str], system: str, gpu: bool, settings: dict[str, str]
) -> tuple[str | None, str]:
    """Return the index to take torch from, None for pip's own, and a line to say so, or "".

    Args:
        environment: the environment's variables, of which TORCH and TORCH_INDEX count.
        system: as ``platform.system`` names it.
        gpu: whether an NVIDIA GPU is here.
        settings: pip's, as ``pip_settings`` returns them.

    Raises:
        ValueError: TORCH is neither cpu nor cuda.
    """
    asked, index = environment.get("TORCH", ""), environment.get("TORCH_INDEX", "")
    if asked not in ("", "cpu", "cuda"):
        raise ValueError(
            f"TORCH must be cpu or cuda, got {asked!r}; without it torch is chosen for this machine"
        )
    if index:
        return index, f"torch comes from {index}."
    if system != "Linux" or asked == "cuda" or (gpu and not asked):
        return None, ""  # elsewhere PyPI's wheels are small, or carry what is asked for
    mirror = settings.get("index-url", PYPI)
    if not asked and not mirror.startswith(PYPI):  # whoever set a mirror wants no other
        return None, (
            f"torch comes from pip's index-url, {without_password(mirror)}; "
            f"TORCH=cpu takes it without CUDA, from {CPU_INDEX}."
        )
    return CPU_INDEX, f"torch comes without CUDA, from {CPU_INDEX}; TORCH=cuda takes the large one."


def has_gpu(root: Path = Path("/")) -> bool:
    """Return whether an NVIDIA GPU is in this machine; ``root`` is where its files begin."""
    if (root / "dev/nvidia0").exists() or any(root.glob("proc/driver/nvidia/gpus/*")):
        return True
    tool = shutil.which("nvidia-smi") or shutil.which("/usr/lib/wsl/lib/nvidia-smi")
    try:
        told = (
            subprocess.run([tool, "-L"], capture_output=True, text=True, timeout=20)
            if tool
            else None
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told is not None and told.returncode == 0 and "GPU " in told.stdout


def pip_settings() -> dict[str, str]:
    """Return pip's settings by name, without their sections: files' and the environment's."""
    told = subprocess.run([*PIP, "config", "list"], capture_output=True, text=True, check=False)
    found = re.findall(r"^([^=\s]+)\.([\w-]+)='(.*)'$", told.stdout, re.MULTILINE)
    # Later ones win as they do in pip: what counts for all, for its install, the environment.
    order = {"global": 0, "install": 1, ":env:": 2}
    found = sorted((one for one in found if one[0] in order), key=lambda one: order[one[0]])
    return {name: value for _, name, value in found}


def is_reached(index: str, settings: dict[str, str]) -> bool:
    """Return whether the index answers, asked once and as pip would ask it: proxy, certificates."""
    handlers: list[urllib.request.BaseHandler] = []
    if proxy := settings.get("proxy"):
        handlers.append(urllib.request.ProxyHandler({"http": proxy, "https": proxy}))
    if cert := settings.get("cert"):
        context = ssl.create_default_context(cafile=cert)
        handlers.append(urllib.request.HTTPSHandler(context=context))
    opener, answered = urllib.request.build_opener(*handlers), threading.Event()

    def ask() -> None:
        try:
            with opener.open(f"{index.rstrip('/')}/torch/", timeout=PATIENCE):
                answered.set()
        except (OSError, ValueError):
            pass
        finally:
            over.set()

    over = threading.Event()
    # In a thread, for no timeout of Python's ends the search for a name.
    threading.Thread(target=ask, daemon=True).start()
    over.wait(2 * PATIENCE)
    return answered.is_set()


def take_from(index: str) -> list[str]:
    """Return pip's arguments that install torch and torchvision from an index, with few retries."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    wanted = [line.partition("#")[0].strip() for line in lines]
    wanted = [line for line in wanted if re.split(r"[^\w-]", line)[0] in FROM_INDEX]
    return ["install", "--retries", "1", "--index-url", index, *wanted]


def without_password(address: str) -> str:
    """Return an address without the name and password that may stand in it."""
    return re.sub(r"//[^/@]*@", "//", address)


if __name__ == "__main__":
    main()
