"""Who a browser is: what the server has signed, and nothing else."""

import os

import pytest

from dpn.errors import ConfigError
from dpn.jobs.visitors import SECRET_FILE, new_visitor, owner_of, server_secret, visitor_of

SECRET = b"a secret"


def test_a_signed_name_is_known_again_and_each_is_another():
    cookies = [new_visitor(SECRET) for _ in range(20)]
    names = [visitor_of(cookie, SECRET) for cookie in cookies]
    assert len(set(names)) == 20
    assert all(name and len(name) == 32 for name in names)
    assert len({owner_of(name) for name in names}) == 20
    assert owner_of(names[0]) == owner_of(names[0])
    assert names[0] not in owner_of(names[0])  # who reads a run cannot pass for its owner


def test_what_the_server_did_not_sign_is_nobody():
    cookie = new_visitor(SECRET)
    name, _, signature = cookie.partition(".")
    other = new_visitor(b"another secret")
    forged = [None, "", name, f"{name}.", f"{'0' * 32}.{signature}", cookie[:-1], cookie + "x"]
    forged += [other, f"{owner_of(name)}.{signature}", "é.ü", "a" * 100_000]
    assert [visitor_of(cookie, SECRET) for cookie in forged] == [None] * len(forged)


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path, monkeypatch):
    monkeypatch.delenv("DPN_SECRET", raising=False)
    first = server_secret(tmp_path / "runs")
    assert len(first) == 64
    assert server_secret(tmp_path / "runs") == first
    assert server_secret(tmp_path / "other") != first
    assert (tmp_path / "runs" / SECRET_FILE).stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("DPN_SECRET", "given")
    assert server_secret(tmp_path / "runs") == b"given"


def test_a_secret_that_cannot_be_had_is_told(tmp_path, monkeypatch):
    monkeypatch.delenv("DPN_SECRET", raising=False)
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="Set DPN_SECRET"):
        server_secret(tmp_path / "file")
    os.close(os.open(tmp_path / SECRET_FILE, os.O_CREAT))
    monkeypatch.setattr("dpn.jobs.visitors.time.sleep", lambda seconds: None)
    with pytest.raises(ConfigError, match="is empty. Delete it"):
        server_secret(tmp_path)
