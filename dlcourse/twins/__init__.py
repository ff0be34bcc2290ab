"""The reference in PyTorch: same files, same names, any device."""

from dlcourse.extras import need

need("torch", __name__)
