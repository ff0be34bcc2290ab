ANSWERS = {
    "mixes one-hot and uniform": """
def smooth_labels(labels, n_classes, epsilon):
    return (1 - epsilon) * np.eye(n_classes)[labels] + epsilon / n_classes
""",
    "comparing": """
def smooth_labels(labels, n_classes, epsilon):
    truth = labels[:, None] == np.arange(n_classes)
    return np.where(truth, 1 - epsilon + epsilon / n_classes, epsilon / n_classes)
""",
    "loops": """
def smooth_labels(labels, n_classes, epsilon):
    targets = np.zeros((len(labels), n_classes))
    for i, label in enumerate(labels):
        for j in range(n_classes):
            targets[i, j] = epsilon / n_classes
        targets[i, label] += 1 - epsilon
    return targets
""",
    "np.add.at on a flat base": """
def smooth_labels(labels, n_classes, epsilon):
    base = np.ones((labels.size, n_classes), order="F") * (epsilon / n_classes)
    np.add.at(base, (np.arange(labels.size), labels), 1.0 - epsilon)
    return base
""",
    "rows of lists": """
def row(label, k, epsilon):
    return [epsilon / k + (1 - epsilon) * (j == label) for j in range(k)]


def smooth_labels(labels, n_classes, epsilon):
    rows = [row(int(label), n_classes, epsilon) for label in labels]
    return np.reshape(rows, (len(labels), n_classes))
""",
}
