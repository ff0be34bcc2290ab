ANSWERS = {
    "each input alone": """
def xor_network():
    W1 = np.array([[1, -1], [-1, 1]])
    return W1, np.array([-0.5, -0.5]), np.array([[1], [1]]), np.array([-0.5])
""",
    "NAND and OR, lists": """
def xor_network():
    return [[[-2.0, 2.0], [-2.0, 2.0]], [3.0, -1.0], [[1.0], [1.0]], [-1.5]]
""",
    "a lambda, integers": """
xor_network = lambda: (
    np.array([[10, 10], [10, 10]]),
    np.array([-5, -15]),
    np.array([[2], [-3]]),
    np.array([-1]),
)
""",
    "one hidden unit for each of two corners, flat arrays made column by column": """
def xor_network(scale=4):
    W1 = np.zeros((2, 2), order="F")
    b1 = np.zeros(2, dtype=np.float32)
    for unit, corner in enumerate([(0, 1), (1, 0)]):
        for i, on in enumerate(corner):
            W1[i, unit] = scale if on else -scale
        b1[unit] = -scale / 2
    return W1, b1, np.ones((2, 1)), -np.ones(1) / 2
""",
    "steep units, integers": """
def xor_network():
    W1 = np.array([[20, -20], [20, -20]])
    b1 = np.array([-10, 30])
    W2 = np.array([[20], [20]])
    b2 = np.array([-30])
    return W1, b1, W2, b2
""",
    "single precision": """
def xor_network():
    W1 = np.full((2, 2), 2, dtype=np.float32)
    W1[:, 1] *= -1
    return W1, np.float32([-1, 3]), np.ones((2, 1), np.float32), np.float32([-1.5])
""",
    "AND vetoes OR, lines that are not parallel": """
def xor_network():
    W1, b1 = np.array([[2.0, 1.0], [2.0, 1.0]]), np.array([-3.0, -0.5])
    return W1, b1, np.array([[-3.0], [2.0]]), np.array([-1.0])
""",
}
