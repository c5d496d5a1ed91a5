"""Pages of worlds that are no pictures."""
