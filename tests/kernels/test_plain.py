"""NumPy and PyTorch without AVX2 and AVX512: every claim of `kernel_claims`."""

from kernel_claims import PLAIN, KernelClaims


class TestPlain(KernelClaims):
    setting = PLAIN
