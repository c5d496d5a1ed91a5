"""Texts: the sum over their words, the colours of words, and classes from day to day."""
