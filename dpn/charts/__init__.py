"""Arrays into figures and formulas; nothing here imports torch."""

__all__ = [
    "bars",
    "comparison",
    "confusion",
    "curves",
    "equations",
    "evaluation",
    "maze",
    "number",
    "placed",
    "series",
    "strength",
    "style",
    "sum",
    "template",
    "texts",
    "trellis",
]
