import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### One training step in PyTorch
#
# `X` and `y` are tensors: rows and integer classes. Put `model` into training mode, compute the
# mean cross-entropy of its scores `model(X)`, clear the old gradients of `optimizer`, go
# backwards, take one step. Return the loss from before the step as a Python float. `torch` is
# there, as `np` is.

# %% [markdown] tags=["hint"]
# Print one parameter and its `.grad` after every line. Which line fills the gradient, which one
# uses it, and when should it be empty?


# %% tags=["solution"] kind="torch"
def torch_train_step(model, optimizer, X, y):
    """Take one training step on a batch; return the cross-entropy before it, a float."""
    from torch.nn.functional import cross_entropy

    model.train()
    loss = cross_entropy(model(X), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


# %% tags=["probe"]
def collect(fn, case):
    import torch

    X, y, W, b, lr = case

    X, y = torch.tensor(X), torch.tensor(y)
    norm = torch.nn.BatchNorm1d(len(W), affine=False)  # so the scores depend on the mode
    model = torch.nn.Sequential(norm, torch.nn.Linear(*W.shape)).double()
    model[1].load_state_dict({"weight": torch.tensor(W.T), "bias": torch.tensor(b)})
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    model.eval()(X).sum().backward()  # as after a round of validation, with gradients left over
    steps = []
    for _ in range(2):
        loss = fn(model, optimizer, X.clone(), y.clone())
        weight, bias = (p.detach().numpy().copy() for p in model.parameters())
        steps.append([loss, weight.T, bias])
    return steps


def normalized(X):
    """What batch norm makes of a batch in training mode."""
    return (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + 1e-5)


def loss_and_slope(X, y, W, b):
    s = X @ W + b
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y]).mean()
    return loss, (p - np.eye(len(b))[y]) / len(y)


def judge(case, raw):
    X, y, W, b, lr = case
    X, numbers = normalized(X), {}
    for step, (loss, after_W, after_b) in zip(["first", "second"], raw, strict=True):
        due, slope = loss_and_slope(X, y, W, b)
        W, b = W - lr * X.T @ slope, b - lr * slope.sum(axis=0)
        numbers |= {
            f"loss of the {step} step": (loss, float(due)),
            f"weights after the {step} step": (after_W, W),
            f"biases after the {step} step": (after_b, b),
        }
    return numbers


def call(case):
    inputs, classes = case[2].shape
    return (
        "X = torch.tensor({})\n"
        "y = torch.tensor({})\n"
        f"norm, linear = torch.nn.BatchNorm1d({inputs}, affine=False), "
        f"torch.nn.Linear({inputs}, {classes})\n"
        "model = torch.nn.Sequential(norm, linear).double()\n"
        "W, b = torch.tensor({}), torch.tensor({})\n"
        'linear.load_state_dict({{"weight": W.T, "bias": b}})\n'
        "optimizer = torch.optim.SGD(model.parameters(), lr={})\n"
        "model.eval()(X).sum().backward()\n"
        "torch_train_step(model, optimizer, X, y)"
    ), *case


# %% tags=["cases"]
def visible():
    X = np.array([[1.0, 2.0], [0.0, -1.0], [2.0, 0.5]])
    yield X, np.array([0, 1, 1]), np.array([[0.5, -0.5], [1.0, 0.0]]), np.zeros(2), 0.5


def hidden(rng):
    for n, d, k in [(4, 3, 2), (6, 2, 4), (3, 3, 3)]:
        labels = rng.integers(0, k, size=n)
        yield rng.normal(size=(n, d)), labels, rng.normal(size=(d, k)), rng.normal(size=k), 0.3


# %% tags=["mistakes"]
def step(model, optimizer, X, y, clear=True, move=True, loss=None, mode="train"):
    """The solution with its parts open."""
    from torch.nn.functional import cross_entropy

    getattr(model, mode)()
    value = (loss or cross_entropy)(model(X), y)
    if clear:
        optimizer.zero_grad()
    value.backward()
    if move:
        optimizer.step()
    return value


@mistake("The step carries gradients from before: backward() adds to what it finds.")
def forgets_to_clear(model, optimizer, X, y):
    return step(model, optimizer, X, y, clear=False).item()


@mistake("The parameters have not moved: was step() called while the gradients were there?")
def does_not_move(model, optimizer, X, y):
    return step(model, optimizer, X, y, move=False).item()


@mistake("The model was not in training mode: dropout and batch norm would act as in a test.")
def stays_in_test_mode(model, optimizer, X, y):
    return step(model, optimizer, X, y, mode="eval").item()


@mistake("The loss came back as a tensor: it keeps its graph. How do you get a float from it?")
def returns_a_tensor(model, optimizer, X, y):
    return step(model, optimizer, X, y)


@mistake("That is the loss after the step. When do you have the one from before it?")
def loss_after_the_step(model, optimizer, X, y):
    from torch.nn.functional import cross_entropy

    step(model, optimizer, X, y)
    return cross_entropy(model(X), y).item()


@mistake("The softmax acts twice: cross_entropy takes scores and applies its own.")
def softmax_twice(model, optimizer, X, y):
    from torch.nn.functional import cross_entropy

    def loss(scores, y):
        return cross_entropy(scores.softmax(1), y)

    return step(model, optimizer, X, y, loss=loss).item()


@mistake("Loss and step grow with the batch: that is the sum over its rows, not the mean.")
def sums_over_the_batch(model, optimizer, X, y):
    from torch.nn.functional import cross_entropy

    def loss(scores, y):
        return cross_entropy(scores, y, reduction="sum")

    return step(model, optimizer, X, y, loss=loss).item()


@mistake(
    "Old gradients are in the step, and the model was not in training mode: two calls are missing."
)
def forgets_to_clear_and_to_train(model, optimizer, X, y):
    return step(model, optimizer, X, y, clear=False, mode="eval").item()
