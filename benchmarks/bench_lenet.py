"""One epoch of the modern LeNet-5 on the bundled digits, enlarged to 32 x 32, beside torch.

The same first weights, the same batches in the same order, plain SGD. Rounding drives the two
networks apart, so their test accuracies are printed, not asserted to be equal.
"""

from benchmarks.measure import compare, report  # first: it sets the thread counts

import numpy as np  # isort: skip
import torch  # isort: skip
from torch.nn import functional  # isort: skip

from dlcourse.data.sets import load_digits
from dlcourse.reference.lenet import ModernLeNet5
from dlcourse.reference.optimizers import sgd_step
from dlcourse.twins.lenet import ModernLeNet5 as TorchLeNet5

BATCH, LR, EPOCHS = 64, 0.05, 15


def numpy_epoch(net, X, y):
    """Return the network after one pass over the rows."""
    for start in range(0, len(X), BATCH):
        rows = slice(start, start + BATCH)
        _, gradients = net.gradients_at(net.params, X[rows], y[rows])
        net = net.with_params(sgd_step(net.params, gradients, LR))
    return net


def torch_epoch(net, optimizer, X, y):
    """Train the module in place for one pass over the rows."""
    for start in range(0, len(X), BATCH):
        rows = slice(start, start + BATCH)
        optimizer.zero_grad()
        functional.cross_entropy(net(X[rows]), y[rows]).backward()
        optimizer.step()


def same_start(net):
    """Return the module with the weights of the NumPy network."""
    module = TorchLeNet5()
    state = {}
    for name, value in net.parameters.items():
        layer, kind = name.split(".")
        value = value.T if value.ndim == 2 else value  # nn.Linear keeps (out, in)
        state[f"{layer}.{'weight' if kind == 'w' else 'bias'}"] = torch.tensor(value)
    module.load_state_dict(state)
    return module


if __name__ == "__main__":
    digits = load_digits()
    X, X_test = (
        np.ascontiguousarray(a.repeat(4, axis=2).repeat(4, axis=3))
        for a in (digits.X_train, digits.X_test)
    )
    y, y_test = digits.y_train, digits.y_test
    start = ModernLeNet5(np.random.default_rng(0))
    module = same_start(start)
    optimizer = torch.optim.SGD(module.parameters(), lr=LR)
    tensors = torch.tensor(X), torch.tensor(y)
    trained = start
    for _ in range(EPOCHS):
        trained = numpy_epoch(trained, X, y)
        torch_epoch(module, optimizer, *tensors)
    with torch.no_grad():
        theirs = (module(torch.tensor(X_test)).argmax(1).numpy() == y_test).mean()
    ours = (trained.predict(X_test) == y_test).mean()
    row = compare(
        f"LeNet-5, one epoch of {len(X)} digits",
        lambda: numpy_epoch(trained, X, y),
        lambda: torch_epoch(module, optimizer, *tensors),
    )
    summary = {f"test accuracy after {EPOCHS} epochs, NumPy and torch": f"{ours:.4f}, {theirs:.4f}"}
    report("lenet", [row], summary=summary)
