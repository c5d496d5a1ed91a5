"""A larger model begins with the answers that it had, and its new decisions part."""

import pytest
import torch

from dpn.commands.shipping import widen
from dpn.commands.shipping.keeping import KEPT, copy_metrics
from dpn.commands.shipping.widen import deepened, widened
from dpn.evaluation.evaluate import predict_logits
from dpn.models.build import build_model
from tests.helpers import small_model


def model_of(decisions, state=None):
    model = build_model(small_model(decisions=decisions), 3)
    if state:
        model.load_state_dict(state)
    return model.eval()


@pytest.mark.parametrize("decisions", [3, 4, 6])
def test_copies_of_decisions_change_no_answer(monkeypatch, decisions):
    monkeypatch.setattr(widen, "APART", 0.0)
    model, images = model_of(3), torch.rand(20, 1, 8, 8).mul(255).byte()
    state = {name: value.clone() for name, value in model.state_dict().items()}
    wider = model_of(decisions, widened(model.state_dict(), decisions))
    torch.testing.assert_close(predict_logits(wider, images), predict_logits(model, images))
    assert all(torch.equal(state[name], value) for name, value in model.state_dict().items())


def test_new_decisions_are_a_little_apart_and_the_same_each_time():
    state = model_of(3).state_dict()
    new, again = widened(state, 5), widened(state, 5)
    for name in widen.OF_DECISIONS:
        assert torch.equal(new[name], again[name])
        each = new[name].unflatten(-1, (5, -1))
        had = state[name].unflatten(-1, (3, -1))
        assert torch.equal(each[..., :3, :], had)
        apart = float((each[..., 3:, :] - had[..., :2, :]).std())
        assert apart == pytest.approx(widen.APART * float(had.std()), rel=0.4)
    others = state.keys() - {*widen.OF_DECISIONS}
    assert all(torch.equal(new[name], state[name]) for name in others)


def test_a_further_block_changes_no_answer():
    before = build_model(small_model(model="residual", encoder_blocks=2), 3).eval()
    deeper = build_model(small_model(model="residual", encoder_blocks=3), 4).eval()
    images = torch.rand(20, 1, 8, 8).mul(255).byte()
    state = before.state_dict()
    names = set(state)
    deeper.load_state_dict(deepened(state, deeper.state_dict()))
    torch.testing.assert_close(predict_logits(deeper, images), predict_logits(before, images))
    assert set(state) == names
    assert deeper.get_parameter("blocks.2.conv1.weight").abs().min() > 0  # it can learn


def test_of_very_many_batches_a_few_hundred_are_kept(tmp_path):
    lines = [f'{{"kind": "step", "step": {step}}}\n' for step in range(1, 10_001)]
    lines.insert(5_000, '{"kind": "validation", "step": 5000}\n')
    (tmp_path / "all").write_text("".join(lines))
    copy_metrics(tmp_path / "all", tmp_path / "some")
    kept = (tmp_path / "some").read_text().splitlines()
    assert len(kept) == KEPT + 1
    assert kept[:2] == ['{"kind": "step", "step": 1}', '{"kind": "step", "step": 51}']
    assert '"validation"' in kept[100]
