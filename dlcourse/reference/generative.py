"""Generative adversarial networks: two losses, and why one of them stalls (Lecture 15).

D(x) = sigmoid(logit) is the probability that x is real. Everything is computed from logits, those
of real rows (`real_logits`) and of the generator's (`fake_logits`), since log(1 - D) loses all
digits where the discriminator is sure.
"""

import numpy as np

from dlcourse.reference.activations import sigmoid, softplus
from dlcourse.reference.arguments import floats, plain, same_shape


def _logits(**given):
    for name, logits in given.items():
        if np.size(logits) == 0:
            raise ValueError(f"{name} has shape {np.shape(logits)}: no logits have no mean")
    return floats(*given.values())


def discriminator_loss(real_logits, fake_logits):
    """Average -log D over the real rows, and -log(1 - D) over the fakes; return the sum of both.

    Parameters
    ----------
    real_logits, fake_logits : array_like, shape (N,) or (N, 1), (M,) or (M, 1)
        The two batches need not be equally long.

    Returns
    -------
    scalar
        2 log 2 for a discriminator that cannot tell.

    Raises
    ------
    ValueError
        If an array of logits is empty.

    Examples
    --------
    >>> float(discriminator_loss([0.0], [0.0]).round(4))
    1.3863
    """
    real_logits, fake_logits = _logits(real_logits=real_logits, fake_logits=fake_logits)
    return softplus(-real_logits).mean() + softplus(fake_logits).mean()


def discriminator_loss_backward(real_logits, fake_logits):
    """Return the gradients (D - 1) / N at the real logits and D / M at the fake ones.

    Raises
    ------
    ValueError
        If an array of logits is empty.

    Examples
    --------
    >>> discriminator_loss_backward([0.0, 1000.0], [0.0])
    (array([-0.25, -0.  ]), array([0.5]))
    """
    real_logits, fake_logits = _logits(real_logits=real_logits, fake_logits=fake_logits)
    dreal = -sigmoid(-real_logits) / real_logits.size  # (N,) or (N, 1)
    dfake = sigmoid(fake_logits) / fake_logits.size  # (M,) or (M, 1)
    return dreal, dfake


def generator_loss(fake_logits, saturating=False):
    """Average what the generator minimizes: -log D by default, log(1 - D) if `saturating`.

    Both fall as the fakes look more real. The saturating form is the value function of the game;
    it is flat where the discriminator rejects every fake, which is how training starts.

    Raises
    ------
    ValueError
        If an array of logits is empty.

    Examples
    --------
    >>> float(generator_loss([-1000.0]))
    1000.0
    >>> float(generator_loss([-1000.0], saturating=True))
    -0.0
    """
    fake_logits = _logits(fake_logits=fake_logits)
    if saturating:
        return -softplus(fake_logits).mean()
    return softplus(-fake_logits).mean()


def generator_logit_gradient(fake_logits, saturating=False):
    """Return the gradient of `generator_loss` at the logits: (D - 1) / N, or -D / N if saturating.

    At D near 0 the first is -1 / N, the second next to nothing.

    Raises
    ------
    ValueError
        If an array of logits is empty.

    Examples
    --------
    >>> generator_logit_gradient([-1000.0, 1000.0])
    array([-0.5, -0. ])
    """
    fake_logits = _logits(fake_logits=fake_logits)
    slope = -sigmoid(fake_logits if saturating else -fake_logits)  # shape of fake_logits
    return slope / fake_logits.size  # shape of fake_logits


def optimal_discriminator(p_data, p_model):
    """Return the best possible D, p_data / (p_data + p_model), given both densities.

    Where neither ever puts a point, 0 / 0, no answer is wrong: 0.5.

    Raises
    ------
    ValueError
        If p_data and p_model differ in shape, or if a density is below 0.

    Examples
    --------
    >>> optimal_discriminator([0.75, 0.0], [0.25, 0.0])
    array([0.75, 0.5 ])
    """
    p_data, p_model = floats(p_data, p_model)
    same_shape(p_data=p_data, p_model=p_model)
    if np.any(p_data < 0) or np.any(p_model < 0):
        raise ValueError(f"a density is 0 or more, got {p_data.min()} and {p_model.min()}")
    total = p_data / 2 + p_model / 2  # halves: the sum of two large densities fits
    known = total > 0
    return np.where(known, p_data / 2 / np.where(known, total, 1), 0.5)


def gan_step(theta, phi, real, z, lr):
    """Move a linear generator and a logistic discriminator by one simultaneous step each.

    Parameters
    ----------
    theta : (scale, shift)
        The generator makes scale * z + shift.
    phi : (weight, bias)
        The discriminator's logit is weight * x + bias.
    real, z : array_like, shapes (N,) and (M,)
        Real points, and the noise for the fakes.
    lr : float

    Returns
    -------
    theta, phi : tuples of float
        The generator minimizes the non-saturating `generator_loss`, the discriminator
        `discriminator_loss`; both gradients are taken before either moves.

    Raises
    ------
    ValueError
        If real is not (N,) or z not (M,), or if one is empty.

    Examples
    --------
    >>> theta, phi = gan_step((1.0, 0.0), (0.0, 0.0), [1.0], [0.0], lr=1.0)
    >>> theta, phi
    ((1.0, 0.0), (0.5, 0.0))
    """
    (scale, shift), (weight, bias), lr = plain(*theta), plain(*phi), plain(lr)
    real, z = floats(real, z)
    if real.ndim != 1 or z.ndim != 1:
        raise ValueError(f"expected real (N,) and z (M,), got {real.shape} and {z.shape}")
    fake = scale * z + shift
    d_real, d_fake = discriminator_loss_backward(weight * real + bias, weight * fake + bias)
    d_out = generator_logit_gradient(weight * fake + bias) * weight  # dJ/dfake, through D
    theta = (float(scale - lr * (d_out @ z)), float(shift - lr * d_out.sum()))
    phi = (
        float(weight - lr * (d_real @ real + d_fake @ fake)),
        float(bias - lr * (d_real.sum() + d_fake.sum())),
    )
    return theta, phi
