"""From the first batch to the result."""
