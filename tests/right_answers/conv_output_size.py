ANSWERS = {
    "counts the places": """
def conv_output_size(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    if stride < 1:
        raise ValueError("the stride is at least 1")
    count = len(range(0, size + pad_start + pad_end - kernel_size + 1, stride))
    if count == 0:
        raise ValueError("the filter does not fit")
    return count
""",
    "math.floor": """
import math


def conv_output_size(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    padded = size + pad_start + pad_end
    if padded < kernel_size or stride <= 0:
        raise ValueError
    return math.floor((padded - kernel_size) / stride) + 1
""",
    "a NumPy integer and an error of its own kind": [
        "class DoesNotFit(ValueError):\n    pass",
        """
def conv_output_size(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    room = np.int64(size + pad_start + pad_end - kernel_size)
    if room < 0 or stride < 1:
        raise DoesNotFit(f"{kernel_size} into {size}")
    return room // stride + 1
""",
    ],
    "a range and a lambda": """
def conv_output_size(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    last = size + pad_start + pad_end - kernel_size
    starts = range(0, last + 1, stride)  # a stride of 0 is a ValueError here
    if not starts or stride < 0:
        raise ValueError("no window fits")
    return len(starts)
""",
    "divmod, a subclass of ValueError": """
class DoesNotFit(ValueError):
    pass


def conv_output_size(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    if stride < 1:
        raise DoesNotFit(stride)
    windows, _ = divmod(size + pad_start + pad_end - kernel_size, stride)
    if windows < 0:
        raise DoesNotFit(size)
    return np.int64(windows + 1)
""",
    "a stride shorter, recursively": """
def conv_output_size(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    total = size + pad_start + pad_end
    if stride < 1 or total < kernel_size:
        raise ValueError("no")
    if total - stride < kernel_size:
        return 1
    return 1 + conv_output_size(total - stride, kernel_size, stride)
""",
    "NumPy's own windows": """
def conv_output_size(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    if stride < 1:
        raise ValueError("stride must be positive")
    line = np.pad(np.zeros(size), (pad_start, pad_end))
    return len(np.lib.stride_tricks.sliding_window_view(line, kernel_size)[::stride])
""",
    "math.floor, refused at the end": """
def conv_output_size(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    import math
    if stride < 1:
        raise ValueError("bad stride")
    out = math.floor((size - kernel_size + pad_start + pad_end) / stride) + 1
    if out < 1:
        raise ValueError("bad size")
    return out
""",
}
