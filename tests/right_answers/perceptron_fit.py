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
    "a unit with state, counted with sum": """
class Perceptron:
    def __init__(self, n, lr):
        self.w, self.b, self.lr = np.zeros(n, dtype=float), 0.0, lr

    def learn(self, x, t):
        wrong = (self.w @ x + self.b > 0) != bool(t)
        sign = 1 if t else -1
        if wrong:
            self.w += sign * self.lr * x
            self.b += sign * self.lr
        return int(wrong)


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    unit, mistakes = Perceptron(X.shape[1], lr), []
    for _ in range(max_epochs):
        mistakes.append(sum(unit.learn(x, t) for x, t in zip(X, y)))
        if mistakes[-1] == 0:
            break
    return unit.w, unit.b, mistakes
""",
    "recursion over epochs, lists of numbers": """
def epoch(rows, w, b, lr):
    wrong = 0
    for x, t in rows:
        error = t - (sum(p * q for p, q in zip(w, x)) + b > 0)
        w = [p + lr * error * q for p, q in zip(w, x)]
        b += lr * error
        wrong += error != 0
    return w, b, wrong


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    rows = list(zip(X.tolist(), y.tolist()))

    def go(w, b, mistakes):
        if len(mistakes) == max_epochs or (mistakes and mistakes[-1] == 0):
            return [w, b, mistakes]
        w, b, wrong = epoch(rows, w, b, lr)
        return go(w, b, mistakes + [wrong])

    return go([0.0] * X.shape[1], 0.0, [])
""",
    "one epoch a call, recursively": """
def perceptron_fit(X, y, lr=1.0, max_epochs=100, w=None, b=0.0, mistakes=()):
    if w is None:
        w = np.zeros(X.shape[1])
    if len(mistakes) == max_epochs or (mistakes and mistakes[-1] == 0):
        return w, b, list(mistakes)
    m = 0
    for xi, yi in zip(X, y):
        d = yi - (xi @ w + b > 0)
        w = w + lr * d * xi
        b = b + lr * d
        m += d != 0
    return perceptron_fit(X, y, lr, max_epochs, w, b, (*mistakes, m))
""",
    "a class, the counts in an array": """
class Perceptron:
    def __init__(self, D, lr):
        self.w = np.zeros(D)
        self.b = 0
        self.lr = lr
        self.errors_ = []
    def epoch(self, X, y):
        errors = 0
        for xi, target in zip(X, y):
            update = self.lr * (target - self.predict(xi))
            self.w = self.w + update * xi
            self.b = self.b + update
            errors += int(update != 0.0)
        self.errors_.append(errors)
        return errors
    def predict(self, xi):
        return np.where(np.dot(xi, self.w) + self.b > 0, 1, 0)

def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    p = Perceptron(X.shape[1], lr)
    for _ in range(max_epochs):
        if p.epoch(X, y) == 0:
            break
    return [p.w, p.b, np.array(p.errors_)]
""",
}
