ANSWERS = {
    "weights and biases apart": """
def inception_parameters(in_channels, branches):
    weights, biases = 0, 0
    for branch in branches:
        C = in_channels
        for F, K in branch:
            weights += F * F * C * K
            biases += K
            C = K
    return weights + biases
""",
    "pairs of neighbours": """
from itertools import chain, pairwise


def inception_parameters(in_channels, branches):
    return sum(
        F**2 * C * K + K
        for branch in branches
        for (_, C), (F, K) in pairwise(chain([(None, in_channels)], branch))
    )
""",
    "recursion in another cell": [
        '''
def cost(C, branch):
    """Parameters of one branch."""
    if not branch:
        return 0
    (F, K), *rest = branch
    return K * (C * F * F + 1) + cost(K, rest)
''',
        """
def inception_parameters(in_channels, branches):
    print(len(branches), "branches")
    return sum([cost(in_channels, branch) for branch in branches])
""",
    ],
    "arrays": """
def inception_parameters(in_channels, branches):
    total = np.int64(0)
    for branch in branches:
        F, K = np.array(branch).T
        C = np.append(in_channels, K[:-1])
        total += np.sum(F * F * C * K) + K.sum()
    return total
""",
    "by index": """
def inception_parameters(in_channels, branches):
    n = 0
    for b in range(len(branches)):
        for i in range(len(branches[b])):
            side = branches[b][i][0]
            if i == 0:
                maps = in_channels
            else:
                maps = branches[b][i - 1][1]
            n = n + (side * side * maps + 1) * branches[b][i][1]
    return float(n)
""",
}
