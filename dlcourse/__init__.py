"""A deep-learning course that checks itself."""
