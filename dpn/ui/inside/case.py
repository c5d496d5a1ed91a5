"""One image explained, and how it is told: which part decided, what for, and what it comes to."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dpn import ui
from dpn.doubt.known import claims, is_none
from dpn.errors import DPNError
from dpn.explain.explanation import Explanation, Floats
from dpn.explain.what_if import Pixels
from dpn.jobs.questions import Question
from dpn.language import joined, t
from dpn.models.config import ModelConfig
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.ui.answers import none_words, percent
from dpn.ui.inside.subject import Subject
from dpn.ui.words import ink_word

#: Of 0..1: what is less dark than this on light paper is paper.
FAINT = 0.1
#: Odds of less to 1 are no lead that anybody feels.
EVEN = 1.05
#: Odds of more to 1 are not told apart.
MOST_FELT = 1_000
#: Least share for "none of the classes" that is told where it is above the second choice's.
LEAST = 0.001


@dataclass(frozen=True)
class Case:
    """One image explained: what was asked of which model, and what came out."""

    run: Run
    config: RunConfig
    subject: Subject
    question: Question
    moment: int | None
    found: Explanation

    @property
    def model(self) -> ModelConfig:
        """The model's config, with the operator and temperature that were asked for."""
        asked = {"operator": self.question.operator, "temperature": self.question.temperature}
        return self.config.model.replace(**{k: v for k, v in asked.items() if v is not None})

    @property
    def is_photo(self) -> bool:
        """Whether it is a photo, and not a drawing."""
        return self.config.preparation == "photo"

    @property
    def stuff(self) -> str:
        """What is bright in it, for ``t``: the ink of a drawing, or light on what was seen."""
        return ink_word(self.config)

    @cached_property
    def ink(self) -> Floats:
        """How much ink each pixel of a drawing has, (H, W), 0..1."""
        return ink_of(self.subject.image, self.config.preparation)

    @cached_property
    def tested(self) -> tuple[int, frozenset[int]] | None:
        """The stamp of the run's test images, and which classes have some; None without any.

        Checked once for each view: it takes a millisecond or two, and dozens of sentences ask.
        """
        try:
            _, labels = ui.test_images(self.run)
        except DPNError:
            return None
        return ui.stamp(self.run), frozenset(np.unique(labels.numpy()).tolist())

    @cached_property
    def between(self) -> tuple[Floats, Floats]:
        """What its model makes of the image: what is cut into parts (C, h, w), and of all (S,)."""
        import torch  # here, where it is in memory: see ``ui.warm_up``

        image = torch.from_numpy(self.subject.image[None].copy())
        maps, summaries = ui.model_server().between(self.run, image, self.moment)
        return maps[0].numpy(), summaries[0].numpy()

    @cached_property
    def _answered(self) -> dict[bytes, Floats]:
        return {}

    def logits(self, images: Sequence[Pixels]) -> Floats:
        """Return the logits (N, K) of images (C, H, W) like its own, N >= 1; each is asked once."""
        names = [hashlib.blake2b(image.tobytes(), digest_size=16).digest() for image in images]
        known = self._answered
        if new := {n: x for n, x in zip(names, images, strict=True) if n not in known}:
            asked = np.stack([*new.values()])
            found = ui.model_server().logits(self.run, asked, self.question, self.moment)
            known.update(zip(new, found, strict=True))
        return np.stack([known[name] for name in names])

    @property
    def target(self) -> str:
        """The explained class, as Markdown."""
        return ui.plain(self.config.class_names[int(self.found.target[0])])

    @property
    def contrast(self) -> str | None:
        """The class it is set against, as Markdown."""
        if self.found.contrast is None:
            return None
        return ui.plain(self.config.class_names[int(self.found.contrast[0])])


def ink_of(image: Pixels, preparation: str) -> Floats:
    """Return how much ink each pixel (H, W) of a drawing (C, H, W), uint8, has, 0..1."""
    bright: Floats = image.mean(axis=0) / 255
    if preparation != "dark_ink":
        return bright
    dark = np.maximum(bright.max() - bright, 0)
    return np.where(dark > FAINT, dark / max(float(dark.max()), FAINT), 0)


def by_windows(case: Case) -> bool:
    """Return whether places are windows, and not the strokes of what each pixel adds.

    Behind layers that bend, and in a photo, what a part adds and what its loss would change can be
    far apart, up to the sign; people go by the loss.
    """
    return case.config.model.model != "dpn" or case.is_photo


def answer_words(case: Case) -> str:
    """Return what the answer is, how sure, whether it is right, and which class comes second."""
    names, p = case.config.class_names, case.found.probabilities[0]
    first, second = (int(i) for i in (-p).argsort(kind="stable")[:2])
    label, words = case.subject.label, ui.plain(case.subject.words)
    truth = ""
    if label is not None:
        right = label == first
        badge = f":green-badge[{t('right')}]" if right else f":red-badge[{t('wrong')}]"
        true = "" if right else t("true class: {name}", name=ui.plain(names[label]))
        truth = f" {badge} {true}".rstrip()
    known = case.found.known
    if known is not None and is_none(known[0]):
        none = none_words(ui.plain(names[first]))
        then = t("Then comes **{second}**.", second=ui.plain(names[second]))
        more = joined([none, then])
        return f"## {t('Not sure')}{truth}\n" + t("{words}. {more}", words=words, more=more)
    p = claims(case.found.probabilities, known)[0]
    sure = t("{name}, {share} sure", name=ui.plain(names[first]), share=percent(p[first]))
    told = {"words": words, "second": ui.plain(names[second]), "share": percent(p[second])}
    if (rest := 1 - float(p.sum())) > p[second] and rest >= LEAST:
        told["rest"] = percent(rest)
        return f"## {sure}{truth}\n" + t(
            "{words}. Next comes none of the classes with {rest}, then **{second}** with {share}.",
            **told,
        )
    return f"## {sure}{truth}\n" + t(
        "{words}. Its second choice is **{second}** with {share}.", **told
    )


def odds(lead: float) -> str:
    """Return how likely the class ahead is beside the other, e^|lead| to 1, as softmax has it.

    What nobody has a feeling for is not written out.
    """
    ratio = math.exp(min(abs(lead), 20))
    if ratio < EVEN:
        return t("by a hair")
    if ratio > MOST_FELT:
        return t("more than {ratio:,} to 1", ratio=MOST_FELT)
    said = f"{ratio:.1f}" if ratio < 10 else f"{float(f'{ratio:.2g}'):,.0f}"
    return t("{ratio} to 1", ratio=said)
