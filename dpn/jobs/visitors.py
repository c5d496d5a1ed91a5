"""Who a browser is, from visit to visit: a random name that the server has signed.

The name is kept in a cookie, so a reload, or a second tab, is the same visitor. Only a hash of it
is written into a run: whoever can read a run cannot pass for its owner.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from pathlib import Path

from itsdangerous import BadSignature, Signer

from dpn.errors import ConfigError

#: The cookie's name and how long a browser keeps it, in seconds (half a year).
COOKIE, KEPT = "dpn_visitor", 15_552_000
SECRET_FILE = ".secret"


def server_secret(runs_dir: Path) -> bytes:
    """Return what signs names: ``DPN_SECRET``, or a file that is made once beside the runs.

    Servers that share a runs folder share the file.

    Raises:
        ConfigError: the file can neither be read nor made.
    """
    if given := os.environ.get("DPN_SECRET"):
        return given.encode()
    path = runs_dir / SECRET_FILE
    try:
        runs_dir.mkdir(parents=True, exist_ok=True)
        try:
            # "x" semantics: of two servers that start at once only one makes it.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _read_secret(path)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode())
        return _read_secret(path)
    except OSError as error:
        raise ConfigError(
            f"The secret {str(path)!r} cannot be read or made ({error.strerror}). "
            "Set DPN_SECRET to a long random text, or DPN_RUNS_DIR to a folder that can be written."
        ) from error


def _read_secret(path: Path) -> bytes:
    """Read the file; another server that is just making it gets a moment to write."""
    for _ in range(50):
        if secret := path.read_bytes():
            return secret
        time.sleep(0.02)
    raise ConfigError(f"The secret {str(path)!r} is empty. Delete it, and a new one is made.")


def new_visitor(secret: bytes) -> str:
    """Return the signed name of a visitor who is new here, for a cookie."""
    return _signer(secret).sign(secrets.token_hex(16)).decode()


def visitor_of(cookie: str | None, secret: bytes) -> str | None:
    """Return the name in a cookie, or None if the server did not sign it."""
    try:
        return _signer(secret).unsign(cookie or "").decode()
    except (BadSignature, UnicodeError):
        return None


def owner_of(visitor: str) -> str:
    """Return what a run remembers of its owner: a hash of the visitor's name."""
    return hashlib.sha256(f"owner:{visitor}".encode()).hexdigest()[:32]


def _signer(secret: bytes) -> Signer:
    return Signer(secret, salt=COOKIE, digest_method=hashlib.sha256)
