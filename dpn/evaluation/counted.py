"""How many inputs there are, called as those of their world are."""

from __future__ import annotations

from dpn.language import msg, t

#: One, and several, by the worlds of ``dpn.models.config.WORLDS``.
COUNTED = {
    "picture": (msg("1 image"), msg("{count:,} images")),
    "text": (msg("1 text"), msg("{count:,} texts")),
    "series": (msg("1 series"), msg("{count:,} series")),
    "list": (msg("1 list"), msg("{count:,} lists")),
    "maze": (msg("1 map"), msg("{count:,} maps")),
}


def counted(count: int, world: str = "picture") -> str:
    """Return "1 image", or "1,234 texts"."""
    one, many = COUNTED[world]
    return t(one) if count == 1 else t(many, count=count)
