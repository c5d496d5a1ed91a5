"""Trainings in the background, answers from models, and who may have how much of both."""

__all__ = ["limits", "manager", "questions", "serving", "visitors"]
