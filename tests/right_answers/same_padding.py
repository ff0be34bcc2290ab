ANSWERS = {
    "math.ceil and a list": """
import math


def same_padding(size, kernel_size, stride=1):
    m = math.ceil(size / stride)
    total = max(0, (m - 1) * stride + kernel_size - size)
    return [math.floor(total / 2), math.ceil(total / 2)]
""",
    "one zero more until the windows fit": """
def same_padding(size, kernel_size, stride=1):
    outputs = len(range(0, size, stride))
    start = end = 0
    while (size + start + end - kernel_size) // stride + 1 < outputs:
        if start == end:
            end += 1
        else:
            start += 1
    return start, end
""",
    "by the rest of the division": """
def same_padding(size, kernel_size, stride=1):
    rest = size % stride or stride
    missing = kernel_size - rest
    if missing <= 0:
        return 0, 0
    half, odd = divmod(missing, 2)
    return half, half + odd
""",
    "NumPy's integers": """
def same_padding(size, kernel_size, stride=1):
    m = np.ceil(size / stride).astype(int)
    total = np.maximum(m * stride - stride + kernel_size - size, 0)
    return np.array([total // 2, (total + 1) // 2])
""",
    "where the last window begins": [
        "def last_start(size, stride):\n    return (size - 1) // stride * stride",
        """
def same_padding(size, kernel_size, stride=1):
    beyond = last_start(size, stride) + kernel_size - size
    if beyond < 0:
        beyond = 0
    return (beyond // 2, beyond - beyond // 2)
""",
    ],
    "zeros in turn, at the end first": """
def same_padding(size, kernel_size, stride=1):
    start = end = 0
    windows = len(range(0, size, stride))
    reach = (windows - 1) * stride + kernel_size
    while start + size + end < reach:
        if start == end:
            end += 1
        else:
            start += 1
    return start, end
""",
}
