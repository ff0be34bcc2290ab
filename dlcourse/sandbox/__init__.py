"""Untrusted code runs here: what it may see, use and send; knows no course and no nbgrader."""
