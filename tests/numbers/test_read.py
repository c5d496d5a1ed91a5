"""A sheet read whole, by the shipped models."""

import numpy as np
import pytest
import torch

from dpn.errors import ConfigError, RunError
from dpn.evaluation.evaluate import predict_logits
from dpn.numbers import no_digit
from dpn.numbers import read as reader
from dpn.numbers.cuts import find_cuts
from dpn.numbers.lines import find_lines
from dpn.numbers.no_digit import judge, load_no_digit, read_no_digit, save_no_digit
from dpn.numbers.pieces import cut_pieces
from dpn.numbers.read import read_sheet
from dpn.numbers.sheet import find_sheet
from dpn.pictures.files import input_spec
from dpn.pictures.ink import BlankDrawing
from dpn.runs.files import write_tensors
from dpn.runs.run import SHIPPED, Run
from tests.numbers.written import STROKES, picture, strokes, written
from tests.pictures.photographs import rgba, sheet

pytestmark = pytest.mark.usefixtures("one_thread")


def read(pixels, kind="drawing", run="shipped-mnist-residual", judge=judge):
    run = Run(SHIPPED / run)
    config, model = run.config(), run.load_model()

    def classify(inputs):
        return torch.softmax(predict_logits(model, torch.from_numpy(inputs)), 1).numpy()

    sheet = find_sheet(pixels, kind)
    return read_sheet(sheet, config.class_names, input_spec(config), classify, judge)


@pytest.mark.parametrize("text", ["7", "42", "2026", "03012345678"])
def test_a_number_is_read_and_its_digits_are_where_they_were_written(text):
    found = read(written(text))
    assert found.text == text
    assert 0 < found.probability <= 1
    for place, digit in enumerate(found.digits):
        x, y, w, h = digit.box
        drawn = np.concatenate([np.array(stroke) for stroke in STROKES[text[place]]])
        at = np.array((30 + 78 * place, 60))
        (left, top), (right, bottom) = drawn.min(axis=0) + at, drawn.max(axis=0) + at
        assert np.abs(np.array([x, y, x + w, y + h]) - (left, top, right, bottom)).max() <= 10
        assert digit.input.shape == (1, 28, 28)
    (line,) = found.lines
    assert len(line.instead) == len(text) - 1
    assert set(np.unique(found.owners)) == set(range(len(text) + 1))
    assert min(digit.probability for digit in found.digits) >= found.probability - 1e-9


def test_the_account_of_a_reading_adds_up_and_each_cut_is_worth_something():
    (line,) = read(written("2026", step=58)).lines
    best = line.readings[0]
    assert best.score == pytest.approx(sum(part.odds + part.log_p for part in best.parts))
    for place, other in enumerate(line.instead):
        if other:
            at = line.columns[best.parts[place].cuts[1]]
            inner = [line.columns[part.cuts[1]] for part in other.parts[:-1]]
            assert all(abs(column - at) > 8 for column in inner)
            assert best.score >= other.score
    assert sum(reading.probability for reading in line.readings) <= 1 + 1e-9


def test_lines_are_read_one_after_the_other():
    lines = [*strokes("42", 30, 20), *strokes("2026", 30, 170), *strokes("7", 30, 320)]
    found = read(picture(lines, 400, 450))
    assert found.text == "42\n2026\n7"
    assert found.readings[0][1] == pytest.approx(np.prod([x.probability for x in found.lines]))
    assert [p for _, p in found.readings] == sorted((p for _, p in found.readings), reverse=True)
    assert len(found.digits) == 7


def test_a_photo_in_uneven_light_is_read():
    lines = [*strokes("42", 150, 60), *strokes("2026", 90, 240)]
    ink = 1 - picture(lines, 440, 440)[..., 0] / 255
    photo = sheet(ink, np.random.default_rng(0), falls=0.5)
    found = read(rgba(photo), "auto")
    assert found.sheet.kind == "photo"
    assert found.text == "42\n2026"


def test_what_is_left_out_is_named():
    assert read(written("-42")).marks == ("a minus",)


def test_a_sheet_without_ink_says_so():
    with pytest.raises(BlankDrawing):
        read(np.full((80, 200, 4), 255, np.uint8))


def test_a_model_that_knows_no_digits_is_refused():
    with pytest.raises(ConfigError, match="knows the digits 0 to 9"):
        read(written("42"), run="shipped-cifar10-residual")


def test_a_model_of_other_inputs_reads_too():
    assert len(read(written("40"), run="shipped-digits-dpn").digits) == 2


def test_models_are_asked_of_even_numbers_of_pieces_and_of_any_the_same(monkeypatch):
    asked = []

    def counted(pieces):
        asked.append(len(pieces))
        return judge(pieces)

    found = read(written("402"), judge=counted)
    monkeypatch.setattr(reader, "EVEN", 1)
    again = read(written("402"), judge=counted)
    assert asked[0] % 16 == 0
    assert asked[1] % 16
    assert found.probability == pytest.approx(again.probability, abs=1e-6)
    assert found.text == again.text


def test_each_piece_is_judged_by_itself_however_many_there_are():
    (line,) = find_lines(255 - written("402713", step=58)[..., 0])
    around = cut_pieces(line.ink, find_cuts(line.ink)).around
    some = slice(no_digit.TOGETHER - 3, no_digit.TOGETHER + 3)
    assert len(around) > some.stop
    assert judge(around)[some] == pytest.approx(judge(around[some]), abs=1e-4)


@pytest.mark.parametrize("text", ["8", "0", "3"])
def test_what_is_no_digit_is_told_from_halves(text):
    (line,) = find_lines(255 - written(text)[..., 0])
    pieces = cut_pieces(line.ink, find_cuts(line.ink))
    odds = np.logaddexp.reduce(judge(pieces.around)[:, :-1], axis=1) - judge(pieces.around)[:, -1]
    wide = pieces.boxes[:, 3] - pieces.boxes[:, 2]
    half = (wide > 0.3 * wide.max()) & (wide < 0.6 * wide.max())
    assert half.any()
    assert odds[wide.argmax()] > 0 > np.median(odds[half])


def test_the_learned_weights_are_kept_and_others_are_refused(tmp_path):
    model, path = load_no_digit(), tmp_path / "no_digit.safetensors"
    save_no_digit(model, path)
    again = read_no_digit(path)
    for name, weight in model.state_dict().items():
        assert torch.equal(weight, again.state_dict()[name]), name
    write_tensors(path, {"R": torch.zeros(3)})
    with pytest.raises(RunError, match=r"dpn\.training\.no_digit"):
        read_no_digit(path)
    path.write_bytes(b"junk")
    with pytest.raises(RunError):
        read_no_digit(path)
