"""A folder with a folder for each class, in parts or not.

train/walk/…  train/run/…  test/walk/…  test/run/…
"""

from __future__ import annotations

from pathlib import Path

from dpn.names import composed

#: What people call the parts of a set; what validates is held out anew.
PARTS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validate", "validation", "dev", "development"), "train"),
    **dict.fromkeys(("test", "testing", "eval"), "test"),
}

#: How files are called that say something of those beside them.
_ABOUT = ("readme", "license", "licence", "copying", "citation", "changelog")


def is_about(name: str) -> bool:
    """Return whether a file of this name only says something of the others."""
    return name.lower().split(".")[0] in _ABOUT


def folders_in(folder: Path) -> list[Path]:
    """Return the folders in a folder that no system hides, in order."""
    return sorted(
        one for one in folder.iterdir() if one.is_dir() and not one.name.startswith((".", "_"))
    )


def class_folders(folder: Path) -> list[tuple[Path, str, str]]:
    """Return (folder, class, part) of a folder of class folders, or of one of parts with those."""
    inner = folders_in(folder)
    parts = [(one, PARTS[one.name.lower()]) for one in inner if one.name.lower() in PARTS]
    both = {part for _, part in parts} == {"train", "test"}
    if len(parts) < len(inner) and not both:  # of ways to travel one is by train
        parts = []
    return [
        (one, composed(one.name), part)
        for above, part in parts or [(folder, "train")]
        for one in folders_in(above)
    ]
