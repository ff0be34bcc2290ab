"""Figures: numbers or functions in, Axes out."""
