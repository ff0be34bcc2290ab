ANSWERS = {
    "weights, then biases": """
def conv_parameters(kernel_size, in_channels, out_channels, bias=True):
    total = kernel_size**2 * in_channels * out_channels
    if bias:
        total += out_channels
    return total
""",
    "the sizes of arrays": """
def conv_parameters(kernel_size, in_channels, out_channels, bias=True):
    w = np.zeros((out_channels, in_channels, kernel_size, kernel_size))
    b = np.zeros(out_channels if bias else 0)
    return w.size + b.size
""",
    "counts one by one": """
def conv_parameters(kernel_size, in_channels, out_channels, bias=True):
    count = 0
    for k in range(out_channels):
        for c in range(in_channels):
            for u in range(kernel_size):
                count += kernel_size
        count += 1 if bias else 0
    return count
""",
    "one filter in a cell of its own": [
        "def one_filter(F, C, bias):\n    return F * F * C + int(bias)",
        """
def conv_parameters(kernel_size, in_channels, out_channels, bias=True):
    return out_channels * one_filter(kernel_size, in_channels, bias)
""",
    ],
    "np.prod": """
def conv_parameters(kernel_size, in_channels, out_channels, bias=True):
    return np.prod([kernel_size, kernel_size, in_channels, out_channels]) + bias * out_channels
""",
}
