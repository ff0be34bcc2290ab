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
}
