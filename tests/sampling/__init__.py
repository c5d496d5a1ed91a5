"""Some of many that speak for all: which of them, however they are ordered."""
