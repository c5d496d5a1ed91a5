"""The data sets that are known without reading a file, and what any set may be called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from dpn.data.npz import ImageShape
from dpn.errors import DataError, said
from dpn.language import msg, t
from dpn.mazes import sets as mazes
from dpn.texts.fetching import SOURCES

#: digits has no official test set: a fifth of it, drawn once with this seed, always serves as one.
DIGITS_TEST_FRACTION, DIGITS_TEST_SEED = 0.2, 20

_NAME = re.compile(r"\w[\w .+-]*")
#: What is added to the name of a set that somebody brings for a visit, so that no other has it.
_VISIT = re.compile(r"(.+)--[0-9a-f]{6}")


@dataclass(frozen=True)
class DatasetSpec:
    """What is known of a data set without reading it."""

    title: str
    count: int  #: how many images there are
    things: str  #: what they are of
    image_shape: ImageShape
    class_names: tuple[str, ...]

    def about(self, count: int | None = None) -> str:
        """Return one short sentence, of so many images if there are not all of them."""
        return t(
            "{count:,} {things}.",
            count=self.count if count is None else count,
            things=t(self.things),
        )


_TEN = tuple("0123456789")
_KANA = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
_CLOTHES = "T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot"
_THINGS = "airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck"

#: Sources: Alpaydin, Kaynak 1998 (UCI optdigits); LeCun, Cortes, Burges 1998; Xiao, Rasul, Vollgraf
#: 2017; Clanuwat et al. 2018; Krizhevsky 2009.
DATASETS = {
    "digits": DatasetSpec("Digits 8×8", 1_797, msg("handwritten digits"), (1, 8, 8), _TEN),
    "mnist": DatasetSpec("MNIST", 70_000, msg("handwritten digits"), (1, 28, 28), _TEN),
    "fashion_mnist": DatasetSpec(
        "Fashion-MNIST", 70_000, msg("pictures of clothes"), (1, 28, 28), tuple(_CLOTHES.split(","))
    ),
    "kmnist": DatasetSpec("KMNIST", 70_000, msg("cursive Japanese letters"), (1, 28, 28), _KANA),
    "cifar10": DatasetSpec(
        "CIFAR-10", 60_000, msg("colour photos"), (3, 32, 32), tuple(_THINGS.split(","))
    ),
}


#: What the embedded sets are called that are not pictures, by their names.
EMBEDDED = {
    "movements": msg("Movements"),
    "strokes": msg("Pen strokes"),
    "questions": msg("Questions"),
    "clicks": msg("Shop visits"),
}


def title_of_set(name: str) -> str:
    """Return what people call a data set."""
    if name in DATASETS:
        return DATASETS[name].title
    if name in SOURCES:
        return SOURCES[name].title
    if name == mazes.NAME:
        return t("Mazes")
    if name in EMBEDDED:
        return t(EMBEDDED[name])
    found = _VISIT.fullmatch(name)
    return found[1] if found else name


def is_for_visit(name: str) -> bool:
    """Return whether a name is one that ``visit_name`` made."""
    return _VISIT.fullmatch(name) is not None


def visit_name(name: str, token: str) -> str:
    """Return the name of a set that is brought for a visit; ``token`` is six hex digits."""
    return f"{name}--{token}"


def check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        wanted = "letters, digits, spaces and . _ + - only"
        raise DataError(f"dataset must be a name of {wanted}, got {said(name)}; try 'digits'")


def check_known(name: str, path: Path, shape: tuple[int, ...], classes: int) -> None:
    spec = DATASETS[name]
    if shape != spec.image_shape or classes != len(spec.class_names):
        wanted = f"images of {spec.image_shape} in {len(spec.class_names)} classes"
        raise DataError(
            f"{path} must hold {wanted}, got {shape} in {classes}; rename your own data"
        )
