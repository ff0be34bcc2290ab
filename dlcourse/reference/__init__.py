"""Reference implementations in NumPy: forward and explicit backward, one file a topic."""
