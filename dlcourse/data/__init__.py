"""Data sets: bundled samples that work offline, and verified downloads."""
