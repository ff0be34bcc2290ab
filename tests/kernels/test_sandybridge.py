"""The kernels of Sandybridge, AVX and nothing fused: every claim of `kernel_claims`."""

from kernel_claims import KernelClaims


class TestSandybridge(KernelClaims):
    setting = "Sandybridge"
