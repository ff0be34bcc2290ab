ANSWERS = {
    "bias as a weight": """
def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    A = np.hstack([X, np.ones((len(X), 1))])
    theta, mistakes = np.zeros(A.shape[1]), []
    for epoch in range(max_epochs):
        count = 0
        for a, t in zip(A, y):
            guess = 1 if a @ theta > 0 else 0
            if guess != t:
                theta += lr * (t - guess) * a
                count += 1
        mistakes.append(count)
        if not count:
            break
    return theta[:-1], theta[-1], mistakes
""",
    "two cases, an array of counts": """
def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    w = np.zeros(X.shape[1])
    b = 0
    counts = []
    while len(counts) < max_epochs and (not counts or counts[-1] > 0):
        counts.append(0)
        for i in range(len(X)):
            fires = np.dot(w, X[i]) + b > 0
            if y[i] == 1 and not fires:
                w, b = w + lr * X[i], b + lr
                counts[-1] += 1
            elif y[i] == 0 and fires:
                w, b = w - lr * X[i], b - lr
                counts[-1] += 1
    return w, float(b), np.array(counts)
""",
}
