"""Arrays into figures and formulas; nothing here imports torch."""

__all__ = [
    "bars",
    "confusion",
    "curves",
    "equations",
    "evaluation",
    "number_trellis",
    "numbers",
    "place_bars",
    "places",
    "style",
    "sum",
    "template",
    "trellis",
]
