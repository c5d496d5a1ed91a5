"""Arrays into figures and formulas; nothing here imports torch."""

__all__ = ["bars", "curves", "equations", "evaluation", "style", "sum", "template", "trellis"]
