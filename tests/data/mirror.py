"""A server of small data sets, as torchvision's mirrors have them, which can misbehave."""

import hashlib
import pickle
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

NAMES = tuple("abcdefghij")


def idx(array):
    """The bytes of an IDX file: 0, 0, 8 for bytes, the axes, their lengths, the data."""
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return head + array.astype(np.uint8).tobytes()


def idx_files(train=60, test=20, shape=(28, 28)):
    """The four files of an MNIST-like set, by torchvision's names."""
    rng = np.random.default_rng(0)
    files = {}
    for part, images in (("train", train), ("t10k", test)):
        files[f"{part}-images-idx3-ubyte"] = idx(rng.integers(0, 256, (images, *shape)))
        files[f"{part}-labels-idx1-ubyte"] = idx(np.arange(images) % 10)
    return files


def cifar_files(each=20):
    """The batches of a CIFAR-10-like set, by torchvision's names."""
    rng = np.random.default_rng(0)
    files = {"batches.meta": pickle.dumps({"label_names": list(NAMES)})}
    for name in (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"):
        x = rng.integers(0, 256, (each, 3072), dtype=np.uint8)
        files[name] = pickle.dumps({"data": x, "labels": [i % 10 for i in range(each)]})
    return files


def md5(data):
    return hashlib.md5(data).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves ``files`` and misbehaves as ``mode`` says."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.files, self.asked, self.mode = {}, [], "good"
        self.released = threading.Event()

    def handle_error(self, *_):
        """A client that hangs up is part of these tests."""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name, server = self.path.rpartition("/")[2], self.server
        server.asked.append(name)
        if server.mode == "absent" or self.path.startswith("/absent/"):
            return self.send_error(404)
        data = server.files[name]
        is_last = name == list(server.files)[-1]  # the others arrived, so something is to be undone
        if server.mode == "changed" and is_last:
            data = data[:-1] + bytes([data[-1] ^ 1])
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if server.mode == "cut" and is_last:
            return self.wfile.write(data[: len(data) // 2])
        if server.mode == "silent" and is_last:
            return server.released.wait(20)
        return self.wfile.write(data)

    def log_message(self, *_):
        pass


def put_idx(data_dir, folder="MNIST", **options):
    raw = data_dir / folder / "raw"
    raw.mkdir(parents=True)
    for name, data in idx_files(**options).items():
        (raw / name).write_bytes(data)
