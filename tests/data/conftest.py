"""A data folder, and a server that torchvision asks in place of its mirrors."""

import dataclasses
import gzip
import io
import tarfile
import threading

import pytest
import torchvision.datasets

from dpn.data.torchvision_sets import TORCHVISION_SETS
from tests.data.mirror import Server, cifar_files, idx_files, md5


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def serve(server, monkeypatch):
    """Make torchvision's class for ``name`` ask our server for small files; return their bytes."""

    def serve(name, addresses=(server.url,), archives=None):
        cls = getattr(torchvision.datasets, TORCHVISION_SETS[name].class_name)
        if name == "cifar10":
            files = cifar_files()
            buffer = io.BytesIO()
            with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
                for file, data in files.items():
                    info = tarfile.TarInfo(f"cifar-10-batches-py/{file}")
                    info.size = len(data)
                    tar.addfile(info, io.BytesIO(data))
            server.files = archives or {cls.filename: buffer.getvalue()}
            monkeypatch.setattr(cls, "url", addresses[0] + cls.filename)
            monkeypatch.setattr(cls, "tgz_md5", md5(server.files[cls.filename]))
            for batches in ("train_list", "test_list"):
                sums = [(file, md5(files[file])) for file, _ in getattr(cls, batches)]
                monkeypatch.setattr(cls, batches, sums)
            monkeypatch.setattr(cls, "meta", cls.meta | {"md5": md5(files["batches.meta"])})
        else:
            files = idx_files()
            server.files = archives or {f"{k}.gz": gzip.compress(v) for k, v in files.items()}
            monkeypatch.setattr(cls, "mirrors", addresses)
            monkeypatch.setattr(cls, "resources", [(k, md5(v)) for k, v in server.files.items()])
        total = sum(map(len, server.files.values()))
        small = dataclasses.replace(TORCHVISION_SETS[name], total_bytes=total)
        monkeypatch.setitem(TORCHVISION_SETS, name, small)
        return files

    return serve


@pytest.fixture
def data_dir(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    return folder
