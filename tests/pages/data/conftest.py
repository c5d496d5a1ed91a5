"""Files that a page is sent."""

import io

import pytest


class File(io.BytesIO):
    """What Streamlit's uploader gives."""

    def __init__(self, name, data):
        super().__init__(data)
        self.name, self.file_id = name, f"{name}-{hash(data)}"


@pytest.fixture
def sent(monkeypatch):
    """Files that the next uploader is given, by its key or the beginning of it."""
    import streamlit as st

    files = {}

    def uploader(*_, key, on_change=None, args=(), **how):
        found = files.get(key, [] if how.get("accept_multiple_files") else None)
        if on_change and found:
            st.session_state[key] = found
            on_change(*args)
        return found

    monkeypatch.setattr("streamlit.file_uploader", uploader)
    return files
