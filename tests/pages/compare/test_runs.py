"""The Compare page: runs side by side, whatever one of them lacks."""

import json
import re

import numpy as np
import pytest

from dpn import ui
from dpn.doubt import known
from dpn.evaluation.compare import accuracy_with_error, mcnemar, mcnemar_words
from dpn.jobs.job import JobView
from dpn.language import percent
from dpn.runs.run import Run
from dpn.runs.title import set_title, title_of
from dpn.ui.compare import page as compare
from dpn.ui.compare import table
from dpn.ui.words import plain
from tests.helpers import pictures, write_npz
from tests.pages.address.test_address import address
from tests.pages.session import SEVEN, Session, finished_run, stopped_run, write_own

COMPARE = "pages/6_Compare.py"
SHIPPED_RUN = "shipped-digits-dpn"


@pytest.fixture
def two(data, runs):
    """Two runs on pictures of which a third is called wrongly: they disagree on some."""
    images, labels = pictures(120)
    labels[::3] = np.roll(labels[::3], 1)
    write_own(data, "small", images, labels, ("left", "middle", "right"))
    one = finished_run(data, runs, "one", steps=30)
    return one, finished_run(data, runs, "two", steps=8, seed=3, learning_rate=0.01)


def html(session):
    return " ".join(element.proto.body for element in session.at.main.get("html"))


def said(session):
    """All texts of the page, without the escapes of Markdown."""
    return " ".join([*session.texts, *session.infos, *session.errors]).replace("\\", "")


def cells(session, name):
    row = re.search(rf'<th scope="row">{re.escape(name)}</th>(.*?)</tr>', html(session))
    return re.findall(r"<td[^>]*>(.*?)</td>", row[1]) if row else None


def opened(*ids, **more):
    return Session(COMPARE, runs=",".join(ids), **more)


def differ(session):
    """The words of each button below an image that parts the runs, by image and letter."""
    keys = (b for b in session.at.main.button if (b.key or "").startswith("differ_"))
    return {tuple(b.key.removeprefix("differ_").split("_")): b.label for b in keys}


# Which runs


def test_ticks_choose_the_runs_and_the_address_holds_them(two):
    session = Session(COMPARE)
    assert "Tick the runs above" in session.infos[0]
    session.set("checkbox", "tick-two", True)
    assert "Tick one more run" in session.infos[0]
    session.set("checkbox", "tick-one", True)
    assert session.at.query_params["runs"] in ("two,one", ["two,one"])
    assert title_of(two[1]) in html(session)
    assert html(session).index(title_of(two[1])) < html(session).index(title_of(two[0]))
    session.set("checkbox", "tick-two", False)
    assert "Tick one more run" in session.infos[0]
    session.press("untick")
    assert not any(box.value for box in session.at.checkbox)


def test_no_more_than_six_can_be_ticked(data, runs):
    write_npz(data)
    ids = [finished_run(data, runs, f"run{i}", steps=1).id for i in range(7)]
    session = opened(*ids)
    assert any("names 7 runs: the first 6" in info for info in session.infos)
    assert session.at.checkbox(key="tick-run6").disabled
    assert not session.at.checkbox(key="tick-run0").disabled
    assert len(cells(session, "Parameters")) == 6


def test_so_many_runs_are_said_as_the_address_names():
    session = opened(*(f"run{i}" for i in range(30)))
    assert any("names 30 runs: the first 6" in info for info in session.infos)


def test_a_training_that_loads_its_data_is_not_said_to_be_deleted(two, monkeypatch):
    view = lambda _, name: JobView(name, "loading") if name == "new" else None  # noqa: E731
    monkeypatch.setattr("dpn.jobs.manager.JobManager.view", view)
    session = opened("one", "two", "new")
    assert session.errors == [plain("Run 'new' is still loading its data. Look again soon.")]


# What is shown


def test_the_table_and_the_sentence_are_those_of_the_answers(two):
    session = opened("one", "two")
    scores = [ui.evaluation(run) for run in two]
    told = [accuracy_with_error(each.accuracy, 120) for each in scores]
    assert cells(session, "Test accuracy ± standard error") == told
    assert cells(session, "Steps") == ["30", "8"]
    assert cells(session, "Seed") == ["0", "3"]
    assert cells(session, "States") is None
    right = [each.probabilities.argmax(axis=1) == each.labels for each in scores]
    verdict, why = mcnemar_words("A", "B", mcnemar(*right))
    assert f"**{verdict}** {why}" in session.texts
    assert not session.errors


def test_the_images_that_part_two_runs_open_on_inside_for_each(two):
    session = opened("one", "two")
    one, two_ = (ui.evaluation(run) for run in two)
    said = one.probabilities.argmax(axis=1), two_.probabilities.argmax(axis=1)
    right = [answers == one.labels for answers in said]
    (parts,) = (g for g in session.at.button_group if (g.key or "").startswith("part-"))
    shown = {int(index) for index, _ in differ(session)}
    assert shown
    kinds = {
        "first": right[0] & ~right[1],
        "second": right[1] & ~right[0],
        "none": ~right[0] & ~right[1],
    }
    assert shown <= set(np.flatnonzero(kinds[parts.value]))
    index = min(shown)
    names = ("left", "middle", "right")
    told = differ(session)[str(index), "B"]
    claimed = ui.claimed(two[1], [index])[0, said[1][index]]
    assert told == f"B: {names[said[1][index]]} · {percent(float(claimed), 0)}"
    session.press(f"differ_{index}_B").open("pages/3_Inside.py")
    assert session.at.selectbox(key="answering").value == "two"
    assert session.at.number_input(key="image-small").value == index


def test_the_same_image_and_the_same_drawing_are_answered_by_each(two, canvas):
    session = opened("one", SHIPPED_RUN)
    assert "It learned another data set: Digits 8×8" in said(session)
    answer = next(text for text in session.texts if text.startswith("**A: "))
    assert "badge" in answer
    session.set("button_group", "same_picture", "drawing")
    canvas.draw(SEVEN)
    session.run()
    answers = [text for text in session.texts if re.match(r"\*\*[AB]: ", text)]
    assert [text[2] for text in answers] == ["A", "B"]
    assert "badge" not in " ".join(answers)
    session.press("same_inside_B").open("pages/3_Inside.py")
    assert session.at.selectbox(key="answering").value == SHIPPED_RUN


def test_a_drawing_that_looks_like_none_of_the_classes_is_not_called_sure(two, canvas, monkeypatch):
    monkeypatch.setattr(known, "NONE_BELOW", 2)  # to a model that can tell all look so
    session = opened("one", SHIPPED_RUN).set("button_group", "same_picture", "drawing")
    canvas.draw(SEVEN)
    session.run()
    answers = [text for text in session.texts if re.match(r"\*\*[AB]: ", text)]
    assert answers[0].endswith("% sure")
    assert answers[1].startswith("**B: Not sure**")
    assert "looks like none of my classes. The nearest is" in said(session)


def test_of_three_runs_any_two_are_set_against_each_other(two, data, runs):
    finished_run(data, runs, "three", steps=2)
    session = opened("one", "two", "three")
    (pair,) = (g for g in session.at.button_group if (g.key or "").startswith("pair-"))
    assert [option.content for option in pair.proto.options] == ["A and B", "A and C", "B and C"]
    session.set("button_group", pair.key, "BC")
    assert any(
        re.search(r"\bB and C\b|B alone is right on .*, C alone", text) for text in session.texts
    )
    assert "Of 3 pairs" in said(session)


def test_settings_are_called_as_elsewhere_in_chinese_too():
    session = opened("shipped-digits-dpn", "shipped-cifar10-residual", lang="zh")
    assert cells(session, "数据集") == ["Digits 8×8", "CIFAR-10"]
    assert cells(session, "模型") == ["DPN", "残差网络"]
    assert cells(session, "彩色") == ["灰度", "彩色"]
    assert cells(session, "编码器偏置") == ["–", "是"]
    assert cells(session, "图片") == ["数字", "照片"]


# What is not as it should be: a sentence, and the rest stands


def test_gone_and_damaged_runs_are_said_and_the_others_compared(two, data, runs):
    (finished_run(data, runs, "broken", steps=1).path / "config.json").write_text("{")
    session = opened("one", "gone<b>", "two", "broken")
    assert "There is no run 'gone<b>'" in said(session)
    assert "config.json" in said(session)
    assert len(cells(session, "Parameters")) == 2
    for key in ("tick-broken", "tick-gone<b>"):
        assert session.at.checkbox(key=key).value
        session.set("checkbox", key, False)
    assert not session.errors
    assert address(session)["runs"] == "one,two"


def test_a_run_that_is_gone_takes_no_place_that_cannot_be_had_again(data, runs):
    write_npz(data)
    ids = [finished_run(data, runs, f"run{i}", steps=1).id for i in range(7)]
    session = opened(*ids[:6])
    assert session.at.checkbox(key="tick-run6").disabled
    Run(runs / "run2").delete()
    session.run()
    assert "There is no run 'run2'" in said(session)
    session.set("checkbox", "tick-run2", False).set("checkbox", "tick-run6", True)
    assert not session.errors
    assert len(cells(session, "Parameters")) == 6


@pytest.mark.parametrize("before", ["show_curves", "show_same_picture"])
def test_where_a_run_was_deleted_no_part_of_the_page_calls_the_others_by_other_letters(
    two, data, runs, monkeypatch, before
):
    finished_run(data, runs, "three", steps=2)
    draw = getattr(compare, before)

    def deleted_meanwhile(sides):
        if two[0].path.exists():
            two[0].delete()
        draw(sides)

    monkeypatch.setattr(compare, before, deleted_meanwhile)
    session = opened("one", "two", "three")
    assert "There is no run 'one'" in said(session)
    assert len(re.findall(r'<p><span class="letter', html(session))) == 2
    answers = [text for text in session.texts if re.match(r"\*\*[A-C]: ", text)]
    assert [text[2] for text in answers] == ["A", "B"]


@pytest.mark.parametrize("name", ["weights.safetensors", "result.json", "status.json"])
def test_a_damaged_file_hides_only_what_is_in_it(two, name):
    (two[1].path / name).write_bytes(b"{")
    session = opened("one", "two")
    assert name in said(session)
    assert cells(session, "Parameters")
    assert cells(session, "Test accuracy ± standard error")[0] != "–"


def test_without_the_test_images_the_rest_is_compared(two, data):
    (data / "small.npz").unlink()
    session = opened("one", "two")
    assert "A and B (small) are not on this machine" in said(session)
    assert all(" of 120" in cell for cell in cells(session, "Test accuracy ± standard error"))
    assert cells(session, "Calibration error") == ["–", "–"]
    assert session.charts == 1
    assert not session.errors


def test_other_data_sets_and_unfinished_runs_are_said(two, data, runs):
    stopped_run(data, runs, "stopped")
    session = opened("stopped", SHIPPED_RUN)
    assert cells(session, "State")[0].startswith("stopped, ")
    assert cells(session, "Data set") == ["small", "Digits 8×8"]
    assert "No two of these runs have the same test images" in said(session)
    assert "different data sets" in said(session)


@pytest.mark.parametrize("gone", [1, 2])
def test_runs_without_curves_are_said(two, gone):
    for run in two[2 - gone :]:
        (run.path / "metrics.jsonl").unlink()
    told = said(opened("one", "two"))
    words = {1: "B has no such curve", 2: "None of these runs has curves"}
    assert words[gone] in told


def test_titles_and_classes_are_text_and_nothing_else(two):
    set_title(two[0], "<img src=x onerror=alert(1)>")
    session = opened("one", "two")
    assert "<img" not in html(session)
    assert "&lt;img" in html(session)


def test_a_taught_copy_with_a_new_class_is_set_against_its_parent(two, runs):
    raw = json.loads((two[0].path / "config.json").read_text())
    lesson = {"parent": "one", "method": "full", "new_classes": 0, "rehearse": "data", "images": 1}
    raw["lesson"] = {**lesson, "accuracy_before": None, "accuracy_after": None}
    (two[1].path / "config.json").write_text(json.dumps(raw))
    session = opened("one", "two")
    assert cells(session, "Taught") == ["no", "from one"]
    assert any(" alone on " in text or "No difference" in text for text in session.texts)


def test_what_was_stopped_here_and_goes_on_in_another_process_is_still_training(data, runs):
    write_npz(data)
    done = finished_run(data, runs, "done")
    train = Session("pages/1_Train.py").set("selectbox", "dataset", "small").press("job_step")
    train.until(lambda: "paused" in train.progress)
    train.press("job_stop").until(lambda: "stopped" in train.progress)
    other = Run(runs / train.run_id)
    assert "is still training" not in said(opened(done.id, other.id))
    other.set_status("running", step=1, total_steps=9)
    assert "is still training" in said(opened(done.id, other.id))


def test_two_that_answer_alike_have_no_images_to_choose_from(data, runs):
    write_npz(data)
    for name in ("one", "two"):
        finished_run(data, runs, name, steps=3)
    session = opened("one", "two", parted="first")
    assert "answer every test image alike" in " ".join(s.value for s in session.at.success)
    assert not session.at.warning


@pytest.mark.parametrize("is_live", [False, True])
def test_the_table_follows_a_training_as_its_curve_does(two, monkeypatch, is_live):
    looks, fragment = {}, table.st.fragment

    def noted(function, **how):
        looks[function.__name__] = how.get("run_every")
        return fragment(function, **how)

    monkeypatch.setattr(table.st, "fragment", noted)
    if is_live:
        two[1].set_status("running", step=1, total_steps=9)
    opened("one", "two")
    assert looks["_table"] == (table.LOOK if is_live else None)
    assert bool(looks["_chart"]) == is_live
