"""Why an image scored as it did, exactly.

For every operator D_t[s] = Σ_a π_t[a,s] q_t[a,s] − Ω(π_t[·,s]). Follow a score back through the
recursion, u_n = W[c] and u_{t-1}[s'] = Σ_{s,a} u_t[s] π_t[a,s] P[a,s,s'], and it comes apart:

    logit_c = Σ_t ⟨C*_t, I_t⟩                       what each part of the image contributed
            + Σ_t Σ_{s,a} u_t[s] π_t[a,s] b_t[a,s]  the biases along the way
            − Σ_t Σ_s u_t[s] Ω(π_t[·,s])            the smoothing's share, 0 for "hard"
            + w0_c                                  the read-out

with the composed template C*_t = Σ_{s,a} u_t[s] π_t[a,s] R_t[a,s]. "Why 4 and not 9" is the same
account of logit_4 − logit_9: u_n = W[4] − W[9].

C* is the gradient of the score in the parts, as π is that of max^Ω (Mensch & Blondel, ICML 2018).
What lies before the parts is piecewise linear in eval mode. Around the image x it is Jx + c, and

    Σ_t ⟨C*_t, I_t⟩ = ⟨JᵀC*, x⟩ + ⟨C*, c⟩           a map over the pixels, and the encoder's biases

On raw pixels J is the identity: the map is C* ⊙ x, and c = 0. An "mlp" has the last line alone,
with the gradient of its score in the place of C*. Behind an encoder ``cells`` is C* ⊙ I, summed
over the channels of each cell: it adds up to the same, and leaves no c beside it (of a network
with one linear layer: HiResCAM; Draelos & Carin, "Use HiResCAM instead of Grad-CAM", 2020).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.explain.explanation import DETAILS, STEPS
from dpn.explain.explanation import RUNNER_UP as RUNNER_UP
from dpn.explain.explanation import Explanation as Explanation
from dpn.explain.request import Asked, Classes, check_classes, check_images
from dpn.models.base import Classifier
from dpn.models.config import ModelConfig
from dpn.models.dpn import DPN
from dpn.models.mlp import MLP
from dpn.models.sequence import SequenceModel
from dpn.recursion.bellman import decision_flow, rewards, trace
from dpn.recursion.operators import OPERATORS
from dpn.recursion.parts import cut, join

#: At most so many images at once, and so many numbers in their q: it bounds the memory needed.
BATCH, BATCH_NUMBERS = 250, 2**22

Trail = list[tuple[Tensor, Tensor]]


@torch.no_grad()
def explain(
    model: Classifier,
    images: npt.NDArray[Any] | Tensor,
    target: Classes | None = None,
    contrast: Classes | None = None,
    *,
    operator: str | None = None,
    temperature: float | None = None,
    details: bool = True,
) -> Explanation:
    """Account for one score of each image (B, C, H, W), uint8 0..255 or float 0..1.

    Args:
        model: on any device; put in eval mode for the duration and left as it was.
        images: NumPy array or tensor, B >= 1; for a ``SequenceModel`` a batch as data sets hold it.
        target: the class to explain: one int, (B,) ints, or None for the model's answer.
        contrast: the class to set it against: the same, or "runner_up" for the best of the other
            classes; None for the target's logit alone. Target against itself gives zeros.
        operator: another max^Ω than in training; the logits are then its own. "mlp" has none.
        temperature: likewise, its tau.
        details: False for the sums alone, for many images.

    Raises:
        ConfigError: there is no such class, operator or temperature.
        ImageError: the images' shape or range is not what the model takes.
    """
    changes = {"operator": operator, "temperature": temperature}
    config = model.config.replace(**{k: v for k, v in changes.items() if v is not None})
    if isinstance(model, SequenceModel):
        x = torch.as_tensor(images)
    else:
        x = check_images(images, config.image_shape)
    runner_up = isinstance(contrast, str) and contrast == RUNNER_UP
    question = Asked(
        check_classes("target", target, len(x), config.classes),
        None if runner_up else check_classes("contrast", contrast, len(x), config.classes),
        runner_up,
    )
    answers = []
    was_training = model.training
    model.eval()
    try:
        size = _batch_size(model)
        for rows in (slice(start, start + size) for start in range(0, len(x), size)):
            answer = _account(model, x[rows], question.of(rows), config)
            kept = {k: v for k, v in answer.items() if details or k not in DETAILS}
            answers.append({k: v.contiguous().cpu().numpy() for k, v in kept.items()})
    finally:
        model.train(was_training)
    arrays: dict[str, Any] = {"contrast": None}
    if "P" in answers[0]:  # the same for all images
        arrays["P"] = answers[0].pop("P")
    if isinstance(model, SequenceModel):
        longest = max(answer["contributions"].shape[1] for answer in answers)
        answers = [
            {k: _lengthened(v, longest) if k in STEPS else v for k, v in answer.items()}
            for answer in answers
        ]
    arrays |= {name: np.concatenate([answer[name] for answer in answers]) for name in answers[0]}
    return Explanation(**arrays)


def _account(
    model: Classifier, images: Tensor, question: Asked, config: ModelConfig
) -> dict[str, Tensor]:
    """Return the fields of ``Explanation`` for one batch."""
    weight = next(model.parameters())
    if isinstance(model, SequenceModel):
        return _account_of_sequences(model, images.to(weight.device), question, config)
    x = images.to(weight.device, weight.dtype)
    x = (x / 255 if images.dtype == torch.uint8 else x).requires_grad_()
    if isinstance(model, MLP):
        with torch.enable_grad(), _biases_of((model.fc1, model.fc2)) as trail:
            before = model(x)
        cotangent, fields = question.ask(before.detach())
        fields["readout"] = cotangent @ model.fc3.bias
        for name in ("contributions", "bias", "smoothing"):
            fields[name] = cotangent.new_zeros(len(x), 0)
    else:
        assert isinstance(model, DPN)
        with torch.enable_grad(), _biases_of(model.modules()) as trail:
            before = model.feature_map(x)
        cotangent, fields = _follow(model, before.detach(), question, config)
        fields["cells"] = (cotangent * before.detach()).sum(dim=1)
    with torch.enable_grad():  # of one number: with ``grad_outputs`` torch would import SymPy
        total = (before * cotangent).sum()
    gradient, *others = torch.autograd.grad(total, [x, *(output for output, _ in trail)])
    # Gradient and pixel in normalised units are gradient · std and (x − mean) / std.
    fields["composed_template"] = gradient * model.std
    fields["pixel_map"] = gradient * (x.detach() - model.mean)
    fields["pixels"] = fields["pixel_map"].sum(dim=(1, 2, 3))
    fields["encoder_bias"] = torch.zeros_like(fields["pixels"])
    for other, (_, offset) in zip(others, trail, strict=True):
        fields["encoder_bias"] += (other * offset).flatten(1).sum(dim=1)
    return fields


def _account_of_sequences(
    model: SequenceModel, batch: Tensor, question: Asked, config: ModelConfig
) -> dict[str, Tensor]:
    """Return the fields of ``Explanation`` for one batch as data sets hold it."""
    x = model.prepared(batch)
    parts = model.parts(x)
    beside = model.beside(x)
    template, fields = _recursion(model, parts, model.are_parts(x), question, config, beside)
    fields["contributions"] = model.shares(template * parts) + fields.pop("beside", 0)
    fields["pixels"] = fields["contributions"].sum(dim=1)
    return {**fields, "encoder_bias": torch.zeros_like(fields["pixels"])}


def _follow(
    model: DPN, features: Tensor, question: Asked, config: ModelConfig
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return C* laid out like the feature map (B, C', H', W'), and the fields of the recursion."""
    parts = cut(features, config.parts, model.part_size)  # (B, n, k)
    template, fields = _recursion(model, parts, None, question, config)
    _, channels, height, width = features.shape
    return join(template, (channels, height, width), config.parts, model.part_size), fields


def _recursion(
    model: DPN | SequenceModel,
    parts: Tensor,
    mask: Tensor | None,
    question: Asked,
    config: ModelConfig,
    beside: Tensor | None = None,
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return C* (B, n, k) of parts (B, n, k), and the fields of the recursion.

    ``beside`` (B, n, K) is added to the logits; what it adds to the score is the field (B, n).
    """
    P = model.transitions()
    r = rewards(parts, model.R, model.b)
    steps = trace(r, P, OPERATORS[config.operator], config.temperature, mask)
    logits = F.linear(steps.values[-1], model.W, model.w0)
    reading, fields = question.ask(logits if beside is None else logits + beside.sum(dim=1))
    if beside is not None:
        fields["beside"] = (beside * reading.unsqueeze(1)).sum(dim=2)
    u = decision_flow(steps.policy, P, reading @ model.W, mask)  # (n, B, S)
    chosen = (u.unsqueeze(2) * steps.policy).flatten(2)  # (n, B, A·S)
    template = (chosen @ model.R.transpose(1, 2)).transpose(0, 1)  # (B, n, k)
    batch, states = len(parts), len(P)
    by_image = {
        "rewards": r.view(len(r), batch, -1, states),
        "bias": (chosen * model.b.unsqueeze(1)).sum(dim=2),
        "smoothing": 0 - (u * steps.penalty).sum(dim=2),  # not -0 where there is none
        "q": steps.q,
        "policy": steps.policy,
        "values": steps.values,
        "flow": u,
    }
    fields |= {name: value.transpose(0, 1) for name, value in by_image.items()}
    fields |= {"parts": parts, "contributions": (template * parts).sum(dim=2)}
    fields["P"] = P.view(states, -1, states)
    fields["readout"] = reading @ model.w0
    return template, fields


@contextmanager
def _biases_of(layers: Iterable[nn.Module]) -> Iterator[Trail]:
    """Collect (output, c) of each affine layer x -> Ax + c that runs in the block.

    By Euler's theorem the c of all layers, each times the gradient at its output, add up to what
    the biases contributed to a piecewise linear score.
    """
    trail: Trail = []

    def keep(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nothing = torch.zeros_like(inputs[0][:1]).detach()
        trail.append((output, layer.forward(nothing).detach()))  # forward calls no hooks

    kinds = (nn.Linear, nn.BatchNorm2d)  # BatchNorm2d is affine in eval mode
    hooks = [layer.register_forward_hook(keep) for layer in layers if isinstance(layer, kinds)]
    try:
        yield trail
    finally:
        for hook in hooks:
            hook.remove()


def _lengthened(field: npt.NDArray[Any], steps: int) -> npt.NDArray[Any]:
    """Return a field (B, n, …) with zeros behind, where no part is, (B, steps, …)."""
    return np.pad(field, [(0, 0), (0, steps - field.shape[1]), *[(0, 0)] * (field.ndim - 2)])


def _batch_size(model: Classifier) -> int:
    """Return how many images to explain at once."""
    q_of_one = 1
    if isinstance(model, DPN):
        q_of_one = model.part_count * model.b.shape[1]
    elif isinstance(model, SequenceModel):
        q_of_one = model.config.usual_parts * model.b.shape[1]
    return max(1, min(BATCH, BATCH_NUMBERS // q_of_one))
