"""Bring your own: from files to a training, and who may see what of it."""

import numpy as np
import pytest
import streamlit as st

from dpn.ui import sets
from dpn.ui.data.bring import Bringing
from dpn.ui.data.draft import Draft
from dpn.ui.kept import _kept
from dpn.ui.shared import visits
from tests.own.written import bars, colours, npz, pets, picture, zipped
from tests.pages.data.conftest import File
from tests.pages.session import Session


def button(page, label):
    return next(one for one in page.at.button if one.label == label)


def bring(page, sent, name, data):
    sent["bring_files"] = [File(name, data)]
    return page.press("bring")


def own_name(page):
    return page.at.selectbox(key="dataset").value


@pytest.mark.parametrize("where", ["pages/1_Train.py", "pages/5_Data.py"])
def test_a_zip_is_shown_and_then_the_data_set_of_the_page(data, runs, sent, where):
    page = Session(where)
    bring(page, sent, "my pets.zip", zipped({**pets(10), "cats/no.png": b"?"}))
    texts = " ".join(page.texts)
    assert "**20 images of 2 classes**, 32×32 colour: 16 to train, 4 to test" in texts
    assert "a fifth of each class" in texts
    assert "no\\.png is not an image" in texts
    page.press("bring_use")
    assert own_name(page).startswith("my pets--")
    assert not [one for one in page.at.button if one.key == "bring_use"]
    assert "Bring your own" in [one.label for one in page.at.button]


def test_files_of_the_system_take_one_line_and_lost_pictures_a_list(data, runs, sent):
    page = Session("pages/5_Data.py")
    hidden = {"cats/.DS_Store": b"?", "__MACOSX/cats/._0.png": b"?"}
    bring(page, sent, "pets.zip", zipped({**pets(10), **hidden}))
    assert ":material/block: 2 hidden or system files passed over" in " ".join(page.texts)
    assert not [one for one in page.at.expander if "left out" in one.label]
    bring(page, sent, "more.zip", zipped({**pets(10), **hidden, "cats/no.png": b"?"}))
    assert [one for one in page.at.expander if one.label == "What was left out"]


def test_it_is_trained_on_and_the_run_outlives_it(data, runs, sent):
    page = Session("pages/1_Train.py")
    x, y = bars(60)
    y = np.random.default_rng(0).permutation(y)  # some answers will be wrong
    bring(page, sent, "bars.npz", npz(x=x, y=y)).press("bring_use")
    page.set("number_input", f"{own_name(page)}-dpn-quick-Epochs", 2).press("job_start")
    page.until(lambda: "Test accuracy" in page.metrics)
    assert "Test pictures" in " ".join(str(one.proto) for one in page.at.get("html"))
    other = Session("pages/1_Train.py", run=page.run_id)
    assert "Test accuracy" in other.metrics  # of what is everybody's
    assert own_name(page) not in other.at.selectbox(key="dataset").options
    assert "Test pictures" not in " ".join(str(one.proto) for one in other.at.get("html"))
    assert any("pictures were brought for a visit" in text for text in other.texts)
    assert not other.errors
    classify = Session("pages/2_Classify.py", run=page.run_id)
    assert not classify.errors
    evaluate = Session("pages/4_Evaluate.py", run=page.run_id)
    assert any("was brought for a visit" in text for text in evaluate.infos)


def test_all_that_is_wrong_is_shown_and_nothing_is_used(data, runs, sent):
    page = Session("pages/5_Data.py")
    x, y = bars(30)
    bring(page, sent, "own.npz", npz(x=x.astype(str), y=y / 2))
    assert len(page.errors) == 2
    assert not [one for one in page.at.button if one.key == "bring_use"]
    assert own_name(page) == "digits"


def test_classes_one_by_one(data, runs, sent):
    page = Session("pages/1_Train.py")
    page.press("bring").set("button_group", "bring_way", "classes")
    for turn, (name, hue) in enumerate((("left", 0), ("right", 1))):
        files = [File(f"{i}.png", picture(colours(i, hue=hue))) for i in range(5)]
        page.at.text_input(key="draft-class").set_value(name)
        sent[f"draft-drop-{turn}"] = [*files, File("no.png", b"?")]
        page.run()
        if turn == 0:
            page.run()
            assert "a second class" in " ".join(page.texts)
    page.run()
    assert "**10 images of 2 classes**" in " ".join(page.texts)
    page.press("bring_use")
    assert own_name(page).startswith("my pictures--")


def test_it_can_be_kept_and_uneven_classes_are_balanced(data, runs, sent):
    page = Session("pages/1_Train.py")
    files = {**pets(6), **pets(20, classes=("cats",))}
    bring(page, sent, "pets.zip", zipped(files)).press("bring_use")
    name = own_name(page)
    assert page.at.toggle(key=f"{name}-dpn-quick-Balanced classes").value is True
    page.open("pages/5_Data.py")
    button(page, "Keep on the server").click()
    page.run()
    assert (data / "pets.npz").is_file()  # as it was called, not as it was held
    assert own_name(page) == "pets"
    assert any("there for all" in text for text in page.texts)
    assert name not in page.at.selectbox(key="dataset").options
    assert visits().is_balanced(page.at.session_state["visitor"], "pets")
    page.press("own_remove")
    assert own_name(page) == "digits"
    assert not list(data.iterdir())


def test_what_is_kept_at_once_is_balanced_as_it_was_said(data, runs, sent):
    page = Session("pages/1_Train.py")
    files = {**pets(6), **pets(20, classes=("cats",))}
    bring(page, sent, "pets.zip", zipped(files))
    next(one for one in page.at.checkbox if one.label == "Keep on the server").check()
    page.run().press("bring_use")
    assert own_name(page) == "pets"
    assert page.at.toggle(key="pets-dpn-quick-Balanced classes").value is True


def test_what_another_window_has_removed_cannot_be_kept(data, runs, sent):
    page = Session("pages/1_Train.py")
    bring(page, sent, "pets.zip", zipped(pets(20))).press("bring_use")
    page.open("pages/5_Data.py")
    visits().remove(page.at.session_state["visitor"], own_name(page))
    page.press("own_keep")
    assert "was brought for a visit" in page.errors[0]
    assert own_name(page) == "digits"


def test_what_was_read_goes_with_the_panel(data, runs, sent, monkeypatch):
    """It may be hundreds of megabytes, of every visitor who only looked."""

    def dialog(_title, *, width, on_dismiss):
        def drawn(inside):
            st.button(width, key="dismiss", on_click=on_dismiss)
            inside()

        return lambda inside: lambda: drawn(inside)

    monkeypatch.setattr("streamlit.dialog", dialog)
    page = Session("pages/5_Data.py")
    bring(page, sent, "pets.zip", zipped(pets(10)))
    kept = [one for _, things in _kept()._things.values() for one in things.values()]
    assert Draft in map(type, kept)  # a reload finds it, and none of the files
    assert Bringing not in map(type, kept)
    state = page.at.session_state
    assert all(name in state for name in ("bringing", "own_made"))
    page.press("dismiss")
    assert not any(name in state for name in ("bringing", "own_made"))


def test_what_a_run_was_trained_on_is_kept_under_the_name_the_run_knows(data, runs, sent):
    page = Session("pages/1_Train.py")
    bring(page, sent, "pets.zip", zipped(pets(20))).press("bring_use")
    name = own_name(page)
    page.press("job_start").until(lambda: "Test accuracy" in page.metrics)
    page.open("pages/5_Data.py")
    page.press("own_keep")
    assert [file.stem for file in data.glob("*.npz")] == [name]


def test_what_was_put_into_the_data_folder_by_hand_is_not_removed_from_a_page(data, runs):
    images, labels = bars(20)
    (data / "mine.npz").write_bytes(npz(x=images, y=labels))
    page = Session("pages/5_Data.py", data="mine")
    assert own_name(page) == "mine"
    assert not [one for one in page.at.button if one.key == "own_remove"]


def test_on_a_public_server_only_who_is_signed_in_keeps(data, runs, sent, monkeypatch):
    monkeypatch.setenv("DPN_PUBLIC", "1")
    page = Session("pages/5_Data.py")
    bring(page, sent, "pets.zip", zipped(pets(6)))
    assert "Who is signed in can keep it" in " ".join(page.texts)
    page.press("bring_use")
    name = own_name(page)
    assert "Keep on the server" not in [one.label for one in page.at.button]
    assert [one for one in page.at.button if one.key == "own_train"]
    page.press("own_remove")
    assert own_name(page) == "digits"
    assert name not in page.at.selectbox(key="dataset").options
    assert not list(data.iterdir())
    with pytest.raises(sets.DataError, match="Sign in"):
        sets.keep("digits", "mine")
