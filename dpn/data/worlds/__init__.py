"""A data set of any world, and how those that are no pictures are loaded."""
