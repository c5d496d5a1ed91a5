"""Arrays into figures and formulas; nothing here imports torch."""
