"""A training on disk: its settings, its curves, its moments, its result."""
