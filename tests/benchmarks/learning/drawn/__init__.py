"""Drawings that are no digit, and digits by other hands, drawn as on the canvas of the pages."""
