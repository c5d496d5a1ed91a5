"""A map and the plans on it."""
