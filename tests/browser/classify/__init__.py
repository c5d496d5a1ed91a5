"""Classify in a real Chromium."""
