"""Inside in a real Chromium."""
