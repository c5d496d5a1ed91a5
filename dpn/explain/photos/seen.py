"""What a person would say is seen in a square of a photo, told from an encoder's map.

Linear probes (G. Alain, Y. Bengio, "Understanding intermediate layers using linear classifier
probes", 2016): one logistic regression a word, fitted to squares that were named, reads the mean
of what the encoder makes of the square's cells. So it tells what the model's own map holds, and
nothing that the model cannot know.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from dpn.errors import RunError
from dpn.explain.explanation import Floats
from dpn.explain.neighbours import cell_shares
from dpn.explain.windows import Mask
from dpn.language import msg

#: A word that squares were named by -> how it is told.
WORDS = {
    "face": msg("a face"),
    "ear": msg("an ear"),
    "antlers": msg("antlers"),
    "beak": msg("a beak"),
    "head": msg("a head"),
    "neck": msg("a neck"),
    "tail": msg("a tail"),
    "feathers": msg("feathers"),
    "fur": msg("fur"),
    "body": msg("an animal's body"),
    "legs": msg("legs"),
    "wheel": msg("a wheel"),
    "window": msg("a window"),
    "front": msg("the front of a car or truck"),
    "side": msg("the side of a car or truck"),
    "roof": msg("a car's roof"),
    "box": msg("a truck's load"),
    "cab": msg("a driver's cab"),
    "rear": msg("the back of a car or truck"),
    "vehicle": msg("part of a car or truck"),
    "wing": msg("a plane's wing"),
    "plane_tail": msg("a plane's tail"),
    "nose": msg("a plane's nose"),
    "fuselage": msg("a plane's body"),
    "engine": msg("an engine"),
    "plane": msg("part of a plane"),
    "hull": msg("a ship's hull"),
    "mast": msg("a mast"),
    "deck": msg("a ship's deck"),
    "ship": msg("part of a ship"),
    "sky": msg("sky"),
    "water": msg("water"),
    "grass": msg("grass"),
    "leaves": msg("leaves"),
    "green": msg("grass or leaves"),
    "ground": msg("ground"),
    "building": msg("a building"),
    "room": msg("a room"),
    "plain": msg("an even background"),
    "background": msg("only background"),
    "person": msg("a person"),
}
#: Wider words -> those that each is true of, too.
WIDER = {
    "head": ("face", "ear", "antlers", "beak"),
    "body": ("neck", "tail", "feathers", "fur"),
    "vehicle": ("window", "front", "side", "roof", "box", "cab", "rear"),
    "plane": ("wing", "plane_tail", "nose", "fuselage", "engine"),
    "ship": ("hull", "mast", "deck"),
    "green": ("grass", "leaves"),
    "background": ("building", "room", "plain"),
}
#: The probability from which a word is told of a square, and from which a second one is. So 70% of
#: the squares are told one; 80% of those are right, where two who named one agree in 88% (4,470
#: squares of validation images, each asked about by probes fitted to others).
FIRST, SECOND = 0.5, 0.7


@dataclass(frozen=True, eq=False)
class Probes:
    """One logistic regression for each of ``WORDS``, in their order.

    Attributes:
        mean: (C,) of a channel over the squares that were named.
        scale: (C,) its standard deviation over them, above 0.
        weights: (W, C) of a channel as it differs from the mean, in deviations.
        bias: (W,).
        often: (K, W) the share of the named squares that decide each class which were given the
            word, 0..1.
    """

    mean: Floats
    scale: Floats
    weights: Floats
    bias: Floats
    often: Floats

    def seen(self, feature_map: Floats, mask: Mask) -> list[str]:
        """Return one or two words for what is seen in a square, the surest first, or none.

        A wider word is left out where one that it is true of is as likely as a word has to be.

        Args:
            feature_map: (C, h, w) of the encoder.
            mask: (H, W) the square.
        """
        p = self.probabilities(square_of(feature_map, mask)[None])[0]
        likely = {name: p[index] for index, name in enumerate(WORDS) if p[index] >= FIRST}
        told = [one for one in likely if not {*WIDER.get(one, ())} & likely.keys()]
        told.sort(key=lambda one: -likely[one])
        return told[:1] + [one for one in told[1:2] if likely[one] >= SECOND]

    def probabilities(self, squares: Floats) -> Floats:
        """Return how likely each word is (N, W), 0..1, of squares (N, C)."""
        scores = (squares - self.mean) / self.scale @ self.weights.T + self.bias
        chances: Floats = 1 / (1 + np.exp(-scores))
        return chances

    def to_arrays(self) -> dict[str, Floats]:
        """Return all of it by name, float32."""
        return {one.name: getattr(self, one.name).astype(np.float32) for one in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: dict[str, Floats], classes: int) -> Probes:
        """Return what ``to_arrays`` gave.

        Raises:
            RunError: it is not of so many classes, or has values that none can have.
        """
        words, channels = len(WORDS), arrays["mean"].size if "mean" in arrays else 0
        shapes = {
            "mean": (channels,),
            "scale": (channels,),
            "weights": (words, channels),
            "bias": (words,),
            "often": (classes, words),
        }
        if {name: array.shape for name, array in arrays.items()} != shapes:
            raise RunError("it does not fit config.json")
        if not all(np.isfinite(array).all() for array in arrays.values()):
            raise RunError("a value of it is no number")
        if (arrays["scale"] <= 0).any():
            raise RunError("a scale is not above 0")
        return cls(**{name: array.astype(np.float64) for name, array in arrays.items()})


def square_of(feature_map: Floats, mask: Mask) -> Floats:
    """Return the mean (C,) of a map's (C, h, w) cells under a square (H, W) of the image."""
    shares = cell_shares(mask, feature_map.shape[1:])
    inside: Floats = np.tensordot(feature_map, shares / shares.sum(), 2)
    return inside
