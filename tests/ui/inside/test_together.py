"""What a run draws is sent together: in its order, and after a while also what is ready."""

import types

import pytest

from dpn.ui.inside import together
from tests.helpers import until


@pytest.fixture
def sent(monkeypatch):
    """What a context of a script, which stands for Streamlit's, sends to the browser."""
    sent = []
    context = types.SimpleNamespace(_enqueue=sent.append, sent=sent)
    monkeypatch.setattr(together, "get_script_run_ctx", lambda: context)
    yield context
    assert context._enqueue == sent.append


def test_all_is_sent_at_the_end_in_its_order_whatever_happens(sent):
    with pytest.raises(KeyError), together.together():
        sent._enqueue(1)
        sent._enqueue(2)
        assert sent.sent == []
        raise KeyError
    assert sent.sent == [1, 2]


def test_what_is_ready_after_a_while_is_sent_and_then_all_that_comes(sent, monkeypatch):
    monkeypatch.setattr(together, "LONGEST", 0.05)
    with together.together():
        sent._enqueue(1)
        until(lambda: sent.sent == [1])
        sent._enqueue(2)
        assert sent.sent == [1, 2]
    assert sent.sent == [1, 2]


def test_where_streamlit_sends_in_another_way_it_does_so(monkeypatch):
    for context in (None, types.SimpleNamespace()):
        monkeypatch.setattr(together, "get_script_run_ctx", lambda context=context: context)
        with together.together():
            pass
