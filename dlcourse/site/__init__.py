"""The course's web site."""
