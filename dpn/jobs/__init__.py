"""Trainings in the background, answers from models, and who may have how much of both."""
