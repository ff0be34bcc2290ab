"""Activations: what a layer does to its scores, forward and backward."""

import numpy as np


def relu(z):
    return np.maximum(z, 0)


def relu_backward(dout, z):
    return dout * (z > 0)
