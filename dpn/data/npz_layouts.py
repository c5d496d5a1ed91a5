"""Which array of an npz is which: Keras' names, MedMNIST's, and what to say of any others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from dpn.errors import DataError
from dpn.language import Later, msg
from dpn.names import listed

FIELDS = ("x_train", "y_train", "x_test", "y_test")
_VALIDATION = ("x_val", "y_val")
#: Layout -> the names of FIELDS and _VALIDATION in it. Capitals make no difference.
_LAYOUTS = {
    "Keras'": (*FIELDS, *_VALIDATION),
    "MedMNIST's": (
        *("train_images", "train_labels", "test_images", "test_labels"),
        *("val_images", "val_labels"),
    ),
}
#: For each layout: a part -> what its images and its labels are called.
PART_NAMES = tuple(
    {"train": layout[0:2], "test": layout[2:4], "val": layout[4:6]} for layout in _LAYOUTS.values()
)
_LABEL_WORDS = {"y", "label", "labels", "target", "targets", "class", "classes"}
_KUZUSHIJI = re.compile(r"(.+)-(train|test)-(imgs|labels)")


def find_arrays(members: Sequence[str], file: str) -> dict[str, str]:
    """Return which array is which: a name of FIELDS, x_val, y_val or class_names -> its own name.

    Of validation images both halves are there or neither.

    Args:
        members: the names in the archive.
        file: its name or path, for a line that mends it.

    Raises:
        DataError: one of FIELDS is missing; it names what was found.
    """
    arrays = [name.removesuffix(".npy") for name in members if name.endswith(".npy")]
    known = {name.lower(): name for name in reversed(arrays)} | {name: name for name in arrays}
    layouts = [
        {field: known[name] for field, name in zip(_LAYOUTS["Keras'"], layout, strict=True)
         if name in known}
        for layout in _LAYOUTS.values()
    ]  # fmt: skip
    best = max(range(len(layouts)), key=lambda i: len(set(FIELDS) & set(layouts[i])))
    found, names = layouts[best], list(_LAYOUTS.values())[best]
    if missing := [name for field, name in zip(FIELDS, names, strict=False) if field not in found]:
        raise DataError(_refusal(missing, arrays, members, found, PurePath(file).stem))
    if not set(_VALIDATION) <= set(found):
        found = {field: found[field] for field in FIELDS}
    return found | ({"class_names": "class_names"} if "class_names" in arrays else {})


def layout_notes(arrays: dict[str, str], validation: int) -> tuple[str, ...]:
    """Say what of a layout is not plain to see; ``validation`` is how many such images it has."""
    notes: list[str] = []
    if arrays["x_train"] == _LAYOUTS["MedMNIST's"][0]:
        notes.append(Later(msg("The arrays are read as MedMNIST names them.")))
    if "x_val" in arrays:
        notes.append(
            Later(
                msg(
                    "The images of {name} ({count:,}) join the training images; validation images "
                    "are held out of all of these."
                ),
                count=validation,
                name=arrays["x_val"],
            )
        )
    return tuple(notes)


def _refusal(
    missing: list[str],
    arrays: list[str],
    members: Sequence[str],
    found: dict[str, str],
    stem: str,
) -> str:
    if not arrays:
        return f"it holds no arrays, but {listed(members) or 'nothing'}; " + (
            f"write {', '.join(FIELDS)} with numpy.savez_compressed"
        )
    what = f"{', '.join(missing)} not found; it holds {listed(arrays)}"
    if line := _mending_line(arrays, found, stem):
        return f"{what}. Mend it with: {line}"
    wanted = " and ".join(f"{', '.join(names[:4])} ({who})" for who, names in _LAYOUTS.items())
    return f"{what}. Accepted are {wanted}; rename the arrays"


def _mending_line(arrays: list[str], found: dict[str, str], stem: str) -> str:
    """Return Python that writes a file that will be found whole; "" where it cannot be told."""
    if not all(re.fullmatch(r"[\w .+-]+", name) for name in (*arrays, stem)):
        return ""  # nothing that a stranger named is to be run
    if arrays == ["arr_0"] and (named := _KUZUSHIJI.fullmatch(stem)):
        name = str(named[1])
        parts = "('train-imgs', 'train-labels', 'test-imgs', 'test-labels')"
        return (
            f"numpy.savez_compressed('{name}.npz', **{{name: numpy.load(f'{name}-{{part}}.npz')"
            f"['arr_0'] for name, part in zip({FIELDS}, {parts})}})"
        )
    if len(arrays) == 4 and all(name.startswith("arr_") for name in arrays):
        which = {field: f"arr_{i}" for i, field in enumerate(FIELDS)}
    elif set(found) >= {"x_train", "y_train"}:
        return _split_line(found, stem)
    else:
        which = _guessed(arrays)
    if len(which) < len(FIELDS):
        return ""
    pairs = ", ".join(f"{field}=d['{name}']" for field, name in which.items())
    return f"d = numpy.load('{stem}.npz'); numpy.savez_compressed('{stem}-named.npz', {pairs})"


def _split_line(found: dict[str, str], stem: str) -> str:
    x, y = found["x_train"], found["y_train"]
    return (
        f"d = numpy.load('{stem}.npz'); test = numpy.arange(len(d['{y}'])) % 5 == 4; "
        f"numpy.savez_compressed('{stem}-split.npz', x_train=d['{x}'][~test], "
        f"y_train=d['{y}'][~test], x_test=d['{x}'][test], y_test=d['{y}'][test])"
    )


def _guessed(arrays: list[str]) -> dict[str, str]:
    """Return what each field is probably called: by "train" or "test" and a word for labels."""
    which = {}
    for field in FIELDS:
        kind, part = field.split("_")
        same = [name for name in arrays if part in name.lower()]
        words = {name: set(re.split(r"[^a-z]+", name.lower().replace(part, " "))) for name in same}
        fits = [name for name in same if bool(words[name] & _LABEL_WORDS) == (kind == "y")]
        if len(fits) == 1:
            which[field] = fits[0]
    return which
