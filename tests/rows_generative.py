"""Rows of the table for GANs, RBM and autoencoder."""

import torch
from cases import fixed, normal, op, several, uniform, value
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import logsigmoid, mse_loss

FAR = fixed([-800.0, -30.0, 0.0, 30.0, 800.0])


def judged_by_torch(real_logits, fake_logits):
    real = bce(real_logits, torch.ones_like(real_logits))
    return real + bce(fake_logits, torch.zeros_like(fake_logits))


def fooled_by_torch(fake_logits, saturating=False):
    # log(1 - D) = logsigmoid(-logit)
    return logsigmoid(-fake_logits).mean() if saturating else -logsigmoid(fake_logits).mean()


def slope_by_torch(fake_logits, saturating=False):
    logits = fake_logits.detach().clone().requires_grad_()
    return torch.autograd.grad(fooled_by_torch(logits, saturating), logits)[0]


def autoencoder_of_torch(X, W1, b1, W2, b2):
    net = torch.nn.Sequential(
        torch.nn.Linear(*W1.shape), torch.nn.Sigmoid(), torch.nn.Linear(*W2.shape)
    ).to(X.dtype)
    with torch.no_grad():
        for layer, W, b in ((net[0], W1, b1), (net[2], W2, b2)):
            layer.weight.copy_(W.T)
            layer.bias.copy_(b)
    loss = mse_loss(net(X), X)
    loss.backward()
    first, second = net[0], net[2]
    return (loss.detach(), first.weight.grad.T, first.bias.grad,
            second.weight.grad.T, second.bias.grad)  # fmt: skip


def loss_row(name, *generators, **keywords):
    backward = {"generator_loss": "generator_logit_gradient"}.get(name)
    oracle = {"generator_loss": fooled_by_torch, "discriminator_loss": judged_by_torch}[name]
    return op(f"generative.{name}", *generators, oracle=oracle, backward=backward, **keywords)


OPS = [
    loss_row("discriminator_loss", normal(5), normal(3)),
    loss_row("discriminator_loss", normal((5, 1)), normal((3, 1)), case="columns"),
    loss_row("discriminator_loss", FAR, FAR, case="far out"),
    loss_row("generator_loss", normal(5)),
    loss_row("generator_loss", normal((5, 1)), saturating=True, case="saturating"),
    loss_row("generator_loss", FAR, case="far out"),
    loss_row("generator_loss", FAR, case="far out, saturating", saturating=True),
    op("generative.generator_logit_gradient", normal(5), oracle=slope_by_torch),
    op("generative.generator_logit_gradient", FAR, saturating=True, case="far out",
       oracle=slope_by_torch),
    op("generative.optimal_discriminator", uniform((4, 3)), uniform((4, 3))),
    op("generative.optimal_discriminator", fixed([0.0, 0.0, 2.0]), fixed([0.0, 1.0, 0.0]),
       case="zeros"),
    op("generative.gan_step", value((1.5, -0.5)), value((0.7, 0.2)), normal(6), normal(4),
       value(0.1), half=False),
    op("unsupervised.autoencoder_gradients", normal((6, 4)), normal((4, 3)), normal(3),
       normal((3, 4)), normal(4), oracle=autoencoder_of_torch, half=False),
    op("unsupervised.frozen_sgd_step", several(normal((4, 3)), normal(3), normal(2)),
       several(normal((4, 3)), normal(3), normal(2)), value(0.1), value({0, 2})),
]  # fmt: skip

NO_ROW = {"unsupervised.rbm_cd1": "draws at random: test_generative.py"}
