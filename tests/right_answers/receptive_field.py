ANSWERS = {
    "from the output back": """
def receptive_field(kernels, strides):
    r = 1
    for k, s in zip(reversed(kernels), reversed(strides)):
        r = (r - 1) * s + k
    return r
""",
    "np.cumprod": """
def receptive_field(kernels, strides):
    steps = np.cumprod([1] + list(strides))[:-1]
    return 1 + np.sum((np.array(kernels, dtype=int) - 1) * steps)
""",
    "products anew for each layer": """
import math


def receptive_field(kernels, strides):
    total = 1
    for j in range(len(kernels)):
        total += (kernels[j] - 1) * math.prod(strides[:j])
    return total
""",
    "recursively": """
def receptive_field(kernels, strides):
    if not kernels:
        return 1
    return kernels[0] + strides[0] * (receptive_field(kernels[1:], strides[1:]) - 1)
""",
    "the inputs themselves": [
        """
def inputs_of(places, k, s):
    return {p * s + u for p in places for u in range(k)}
""",
        """
def receptive_field(kernels, strides):
    places = {0}
    for k, s in list(zip(kernels, strides))[::-1]:
        places = set(range(min(places), max(places) + 1))
        places = inputs_of(places, k, s)
    return max(places) - min(places) + 1
""",
    ],
    "the first and the last input": """
def receptive_field(kernels, strides):
    first = last = 0
    for j in range(len(kernels) - 1, -1, -1):
        first = first * strides[j]
        last = last * strides[j] + kernels[j] - 1
    return last - first + 1
""",
    "itertools.accumulate": """
def receptive_field(kernels, strides):
    from itertools import accumulate
    from operator import mul
    steps = accumulate(strides, mul, initial=1)
    return 1 + sum(step * (k - 1) for step, k in zip(steps, kernels))
""",
}
