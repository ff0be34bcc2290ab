"""Reuse of a trained network (Lecture 16)."""

from functools import partial


def torch_freeze(model, names):
    """Freeze the named children of a model, for good.

    Parameters
    ----------
    model : torch.nn.Module
    names : iterable of str
        Names of children, as in ``model.named_children()``.

    Returns
    -------
    torch.nn.Module
        The model given. Parameters of the named children need no gradient, and their batch norms
        stay in eval mode also after ``model.train()``: frozen weights with moving statistics would
        not be frozen.

    Raises
    ------
    ValueError
        If a name is no child's.
    """
    children = dict(model.named_children())
    if unknown := sorted(set(names) - children.keys()):
        raise ValueError(f"no child is called {unknown}: there are {sorted(children)}")
    for name in names:
        child = children[name].requires_grad_(False).eval()
        child.train = partial(_stay, child)  # what model.train() calls, however often
    return model


def _stay(module, mode=True):
    return module
