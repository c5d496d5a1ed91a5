"""The numbers and instructions of a model compute what it computes, and the terms are its own."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from dpn.errors import RunError
from dpn.explain.account import account
from dpn.explain.exact import explain
from dpn.export.layers import layers_of, terms_in
from dpn.export.onnx_file import to_onnx
from dpn.export.web import to_html
from dpn.models.build import build_model
from tests.export.runs import made_run
from tests.helpers import small_model

ENCODERS = [
    {},
    {"encoder_blocks": 2},
    {"encoder_blocks": 2, "stem_stride": 1},
    {"encoder": "pooled", "encoder_blocks": 3, "height": 9, "width": 11},
    {"encoder_blocks": 2, "encoder_bias": False},
    {"encoder": "direct", "encoder_blocks": 2, "height": 9, "width": 11},
    {"encoder": "wide", "encoder_blocks": 3, "height": 9, "width": 11},
]


def follow(program, tensors, image):
    """Run the instructions with torch, on (1, C, H, W)."""
    maps = [image]
    for step in program:
        x = maps[step["x"]]
        if step["op"] == "conv":
            kernel = torch.from_numpy(tensors[step["w"]]).permute(3, 2, 0, 1)
            x = F.conv2d(x, kernel, stride=step["stride"], padding=step["size"] // 2)
        elif step["op"] == "scale":
            scale, offset = (torch.from_numpy(tensors[step[name]]) for name in ("w", "b"))
            x = x * scale.view(1, -1, 1, 1) + offset.view(1, -1, 1, 1)
        elif step["op"] == "add":
            x = x + maps[step["y"]]
        else:
            x = F.relu(x) if step["op"] == "relu" else F.max_pool2d(x, 2, ceil_mode=True)
        maps.append(x)
    return maps[-1]


@pytest.mark.parametrize("changes", ENCODERS)
def test_the_instructions_make_the_map_of_the_encoder(tmp_path, changes):
    model = made_run(tmp_path, model=small_model("residual", channels=3, **changes)).load_model()
    images = torch.rand(1, *model.config.image_shape)
    layers = layers_of(model)
    with torch.no_grad():
        wanted = model.feature_map(images)
        found = follow(layers.encoder, layers.tensors, model.normalise(images))
    torch.testing.assert_close(found, wanted)
    assert wanted.max() > 0


@pytest.mark.parametrize(
    "changes",
    [{}, {"operator": "soft"}, {"model": "mlp"}, {"model": "mlp", "height": 30},
     {"parts": "patches"}, {"parts": "columns", "model": "residual", "operator": "sparse"}],
)  # fmt: skip
def test_the_terms_are_those_of_the_account(changes):
    config = small_model(**changes)
    model = build_model(config).eval()
    image = np.random.default_rng(0).integers(0, 256, (1, *config.image_shape), np.uint8)
    wanted = account(explain(model, image), config)
    assert [(t.name, t.box) for t in terms_in(config)] == [(t.name, t.box) for t in wanted]


def test_transitions_are_as_the_recursion_uses_them():
    model = build_model(small_model(transitions="stochastic"))
    P = layers_of(model).tensors["P"]
    np.testing.assert_allclose(P.sum(axis=0), 1, rtol=1e-6)


@pytest.mark.parametrize("export", [to_html, to_onnx])
def test_a_model_that_still_shrinks_its_images_is_not_exported(tmp_path, export):
    run = made_run(tmp_path, model=small_model("residual", height=24, width=24, first_size=0.5))
    model = run.load_model()
    model.begin_step(0.0)
    run.save_weights(model.state_dict())
    assert run.load_model().reads == (16, 16)
    with pytest.raises(RunError, match="stopped while it still shrank its images to 16×16 pixels"):
        export(run, tmp_path, tmp_path)
