"""Accounts of scores against captum's, measured alike; needs captum (requirements-dev.txt)."""
