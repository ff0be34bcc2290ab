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
}
