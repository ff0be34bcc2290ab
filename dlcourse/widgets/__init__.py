"""Interactive figures: each owns its controls and one drawing, and computes nothing."""
