"""The shipped runs of texts, series and lists on the pages that are not theirs alone."""

import pytest

from dpn import ui
from dpn.runs.run import SHIPPED, Run
from dpn.ui import title_of
from tests.pages.session import Session

RUNS = {
    "shipped-questions-words": ("Texts a second", "Test texts", "Training texts"),
    "shipped-strokes-frames": ("Series a second", "Test series", "Training series"),
    "shipped-clicks-items": ("Lists a second", "Recall@10", "Items"),
}


@pytest.mark.parametrize("name", RUNS)
def test_train_evaluate_and_data_show_a_shipped_run_by_its_link(name, data, runs):
    pace, score, count = RUNS[name]
    title = ui.plain(title_of(Run(SHIPPED / name)))
    train = Session("pages/1_Train.py", run=name)
    assert pace in train.metrics
    assert any(title in text for text in (*train.texts, *(s.value for s in train.at.subheader)))
    evaluate = Session("pages/4_Evaluate.py", model=name)
    assert evaluate.at.selectbox(key="answering").value == name
    assert score in evaluate.metrics
    data_set = Run(SHIPPED / name).config().training.dataset
    told = Session("pages/5_Data.py", run=name, data=data_set)
    assert count in told.metrics
    for session in (train, evaluate, told):
        assert not session.errors
    compare = Session("pages/6_Compare.py", runs=f"{name},shipped-digits-dpn")
    assert "The command line compares it: python -m dpn compare." in compare.errors[0].replace(
        "\\", ""
    )
