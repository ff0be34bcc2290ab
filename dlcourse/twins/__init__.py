"""The reference in PyTorch: same files, same names, any device."""
