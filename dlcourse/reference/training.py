"""The training loop: shuffle, cut, step, validate, remember, stop (Lecture 5).

A network is a flat list of arrays, `params`, and a function ``gradients(params, X, y)`` that gives
the loss on a batch and one gradient an array. `fit` does the rest. Nothing is changed in place but
the `rng`, which draws the order of the rows.
"""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np

from dlcourse.reference.adaptive import adam_step
from dlcourse.reference.arguments import floats, generator, in_own_order, whole_numbers
from dlcourse.reference.checkpoints import Run, load_checkpoint, save_checkpoint
from dlcourse.reference.network import backpropagate, mlp_scores
from dlcourse.reference.optimizers import sgd_step
from dlcourse.reference.regularization import early_stopping


def minibatches(X, y, batch_size, rng, merge_last_one=False):
    """Yield (X_batch, y_batch), `batch_size` rows each, over one shuffled pass through `X` and `y`.

    Every row comes once and keeps its label; the last batch is shorter if it must be. With
    `merge_last_one` a last batch of a single row joins the one before: alone it would have no
    variance for a batch norm.

    Raises
    ------
    ValueError
        If X and y have not as many rows, or if batch_size is below 1.

    Examples
    --------
    >>> X, y = np.arange(5), np.arange(5)
    >>> [len(batch) for batch, _ in minibatches(X, y, 2, np.random.default_rng(0))]
    [2, 2, 1]
    """
    if len(X) != len(y) or batch_size < 1:
        raise ValueError(
            f"needs one label a row and a batch_size of 1 or more: got {len(X)} rows, "
            f"{len(y)} labels, batch_size={batch_size}"
        )
    X, y = in_own_order(np.asarray(X)), in_own_order(np.asarray(y))
    order = generator(rng).permutation(len(X))
    (batch_size,) = whole_numbers(batch_size=batch_size)
    cuts = list(range(batch_size, len(X), batch_size))
    if merge_last_one and batch_size > 1 and cuts and cuts[-1] == len(X) - 1:
        cuts.pop()
    for rows in np.split(order, cuts) if len(X) else ():
        yield X[rows], y[rows]


def sgd(w, g, state, t, lr):
    """Update one array as `fit` asks: w - lr g, whatever the step t; it needs no state.

    Examples
    --------
    >>> sgd([1.0], [10.0], (), 1, 0.1)
    (array([0.]), ())
    """
    (new,) = sgd_step([w], [g], lr)
    return new, ()


def adam(w, g, state, t, lr):
    """Update one array by `adam_step`, whose moments are the state.

    Any other optimizer joins `fit` by four lines like these.

    Examples
    --------
    >>> w, state = adam([1.0], [10.0], (), 1, 0.1)
    >>> w.round(6), len(state)
    (array([0.9]), 2)
    """
    m, v = state or (0.0, 0.0)
    w, m, v = adam_step(w, g, m, v, t, lr)
    return w, (m, v)


def fit(
    params,
    gradients,
    X,
    y,
    *,
    epochs,
    batch_size,
    rng,
    update=adam,
    lr=1e-3,
    val_loss=None,
    patience=None,
    checkpoint=None,
    progress=iter,
):
    """Train for `epochs` passes over the rows; return the best parameters and the history.

    Parameters
    ----------
    params : list of ndarray
    gradients : callable
        ``gradients(params, X_batch, y_batch)`` returns (loss, list of gradients).
    X, y : ndarray, N rows each
    epochs, batch_size : int
        A last batch of one row joins the batch before it.
    rng : numpy.random.Generator
        The same seed gives the same run. Its state moves on.
    update : callable
        ``update(w, g, state, t, lr)`` returns the new array and its state, () before step t = 1:
        `sgd`, `adam`, or your own.
    lr : float or callable
        A rate, or a schedule: a function of the steps taken so far.
    val_loss : callable, optional
        ``val_loss(params)``, asked after each epoch; lower is better. With it the parameters of
        the best epoch are returned, without it the last ones.
    patience : int, optional
        Stop once so many epochs have passed since the best one (`early_stopping`).
    checkpoint : path, optional
        An .npz file, written after each epoch. If it exists, training goes on from there and ends
        where an uninterrupted run would have ended, to the last bit.
    progress : callable
        Wraps the epochs: pass ``tqdm.auto.tqdm`` to see a bar.

    Returns
    -------
    params : list of ndarray
    history : list of dict
        One an epoch: `epoch`, the mean training `loss`, and `val_loss` if asked for.

    Raises
    ------
    ValueError
        If X has no rows, `patience` is below 1 or lacks a `val_loss`, the loss is not finite, the
        validation losses are all NaN, there is not one gradient for each parameter, or the
        checkpoint is of another network or optimizer or damaged.

    Examples
    --------
    >>> gradients = lambda params, X, y: (np.mean((X @ params[0] - y) ** 2),
    ...     [2 * X.T @ (X @ params[0] - y) / len(X)])
    >>> X = np.array([[1.0], [2.0]])
    >>> params, history = fit([np.zeros(1)], gradients, X, 3 * X[:, 0], epochs=20,
    ...     batch_size=2, rng=np.random.default_rng(0), update=sgd, lr=0.1)
    >>> params[0].round(4), len(history)
    (array([3.]), 20)
    """
    if patience is not None and val_loss is None:
        raise ValueError(f"patience={patience} needs a val_loss to watch")
    if len(X) == 0:
        raise ValueError("X has no rows: there is nothing to train on")
    (epochs,) = whole_numbers(0, epochs=epochs)
    if patience is not None and not patience >= 1:
        raise ValueError(f"patience must be 1 epoch or more, got {patience}")
    name = getattr(update, "__name__", type(update).__name__)
    run = Run(_copies(params), _copies(params), [()] * len(params), optimizer=name)
    if checkpoint is not None and Path(checkpoint).exists():
        run = load_checkpoint(checkpoint, run, rng)
    for epoch in progress(range(len(run.history), epochs)):
        if patience is not None and _out_of_patience(run.history, patience):
            break
        batches = minibatches(X, y, batch_size, rng, merge_last_one=True)
        loss = _one_epoch(run, gradients, batches, update, lr)
        if not math.isfinite(loss):
            raise ValueError(f"the loss is {loss} in epoch {epoch}: lower lr or clip the gradients")
        run.history.append({"epoch": epoch, "loss": loss})
        if val_loss is not None:
            run.history[-1]["val_loss"] = float(val_loss(run.params))
        if val_loss is None or _best_epoch(run.history) == epoch:
            run.best = _copies(run.params)  # an update may work in place
        if checkpoint is not None:
            save_checkpoint(checkpoint, run, rng)
    _check_validated(run.history)
    return run.best, run.history


def _copies(arrays):
    return [np.array(a) for a in arrays]


def _one_epoch(run, gradients, batches, update, lr):
    """Step through the batches, move `run` on, and return the mean loss over the rows."""
    total, rows = 0.0, 0
    for X, y in batches:
        loss, grads = gradients(run.params, X, y)
        if len(grads) != len(run.params):
            raise ValueError(
                f"gradients returned {len(grads)} arrays for {len(run.params)} parameters: "
                "return one for each, in their order"
            )
        rate = lr(run.t) if callable(lr) else lr
        run.t += 1
        stepped = [
            update(w, g, state, run.t, rate)
            for w, g, state in zip(run.params, grads, run.states, strict=True)
        ]
        run.params = [w for w, _ in stepped]
        run.states = [state for _, state in stepped]
        total, rows = total + float(loss) * len(X), rows + len(X)
    return total / rows


def _best_epoch(history):
    """Epoch of least validation loss, among those that a run has validated."""
    validated = [entry for entry in history if "val_loss" in entry]
    losses = [entry["val_loss"] for entry in validated]
    return validated[early_stopping(losses, patience=len(losses) + 1)[0]]["epoch"]


def _check_validated(history):
    losses = [entry["val_loss"] for entry in history if "val_loss" in entry]
    if losses and all(math.isnan(loss) for loss in losses):
        raise ValueError(
            f"the validation loss is nan in all epochs up to {history[-1]['epoch']}, and none can "
            "be the best: look for NaN in the validation rows"
        )


def _out_of_patience(history, patience):
    validated = any("val_loss" in entry for entry in history)
    return validated and history[-1]["epoch"] - _best_epoch(history) >= patience


def train_classifier(X, y, hidden, epochs, batch_size, lr, rng):
    """Train a network of tanh layers by mini-batch gradient descent; return its predict function.

    Parameters
    ----------
    X : ndarray, shape (N, D)
        Features of about unit size.
    y : ndarray of integers from 0, shape (N,)
    hidden : list of int
        Widths of the hidden layers; an empty list gives softmax regression.
    epochs, batch_size : int
    lr : float
    rng : numpy.random.Generator
        Draws the weights (variance 1 / D_in) and the order of the rows.

    Returns
    -------
    callable
        ``predict(X)`` gives integer labels (N,).

    Raises
    ------
    ValueError
        If X is not (N, D), or y not one integer a row.

    Examples
    --------
    >>> X, y = np.array([[-1.0], [1.0]]), np.array([0, 1])
    >>> predict = train_classifier(X, y, [], 20, 2, 0.5, np.random.default_rng(0))
    >>> predict(X)
    array([0, 1])
    """
    X, y = floats(X), np.asarray(y)
    if X.ndim != 2 or y.shape != X.shape[:1] or y.dtype.kind not in "iub" or not len(y):
        raise ValueError(
            f"expected X (N, D) and labels y (N,), integers from 0: got {X.shape} and "
            f"{y.dtype} {y.shape}"
        )
    widths = [X.shape[1], *hidden, int(np.max(y)) + 1]
    weights = [generator(rng).standard_normal((n, m)) / math.sqrt(n) for n, m in pairwise(widths)]
    biases = [np.zeros(m) for m in widths[1:]]
    n_layers = len(weights)

    def gradients(params, X, y):
        loss, dWs, dbs = backpropagate(X, y, params[:n_layers], params[n_layers:])
        return loss, dWs + dbs

    params, _ = fit(
        weights + biases, gradients, X, y,
        epochs=epochs, batch_size=batch_size, rng=rng, update=sgd, lr=lr,
    )  # fmt: skip

    def predict(X):
        return np.argmax(mlp_scores(X, params[:n_layers], params[n_layers:]), axis=1)

    return predict
