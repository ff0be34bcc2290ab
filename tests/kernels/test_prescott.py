"""The kernels of Prescott, SSE3: every claim of `kernel_claims`."""

from kernel_claims import KernelClaims


class TestPrescott(KernelClaims):
    setting = "Prescott"
