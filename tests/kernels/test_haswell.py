"""The kernels of Haswell, AVX2 and fused: every claim of `kernel_claims`."""

from kernel_claims import KernelClaims


class TestHaswell(KernelClaims):
    setting = "Haswell"
