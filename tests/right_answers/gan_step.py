ANSWERS = {
    "loops and lists": """
import math


def gan_step(theta, phi, real, z, lr):
    a, c = theta
    w, b = phi

    def judge(x):
        return 1 / (1 + math.exp(-(w * x + b)))

    da = dc = dw = db = 0.0
    for x in real:
        dw += (judge(x) - 1) * x / len(real)
        db += (judge(x) - 1) / len(real)
    for noise in z:
        x = a * noise + c
        dw += judge(x) * x / len(z)
        db += judge(x) / len(z)
        da += (judge(x) - 1) * w * noise / len(z)
        dc += (judge(x) - 1) * w / len(z)
    return [a - lr * da, c - lr * dc], [w - lr * dw, b - lr * db]
""",
    "matrices, arrays as pairs": """
def gan_step(theta, phi, real, z, lr):
    noise = np.stack([z, np.ones(len(z))])
    fakes = np.stack([theta @ noise, np.ones(len(z))])
    truths = np.stack([np.asarray(real, float), np.ones(len(real))])
    D_real, D_fake = (1 / (1 + np.exp(-(phi @ x))) for x in (truths, fakes))
    d_theta = noise @ ((D_fake - 1) * phi[0]) / len(z)
    d_phi = truths @ (D_real - 1) / len(real) + fakes @ D_fake / len(z)
    return np.array(theta) - lr * d_theta, np.array(phi) - lr * d_phi
""",
    "means, and tanh for the sigmoid": """
def gan_step(theta, phi, real, z, lr):
    scale, shift = theta
    weight, bias = phi
    fake = shift + scale * z
    up = 0.5 - 0.5 * np.tanh((weight * real + bias) / 2)
    down = 0.5 + 0.5 * np.tanh((weight * fake + bias) / 2)
    new_theta = (
        scale + lr * weight * np.mean((1 - down) * z),
        shift + lr * weight * np.mean(1 - down),
    )
    new_phi = (
        weight + lr * (np.mean(up * real) - np.mean(down * fake)),
        bias + lr * (np.mean(up) - np.mean(down)),
    )
    print("moved", new_theta)
    return new_theta, new_phi
""",
    "small functions in two cells": [
        """
def sigmoid(s):
    return 1 / (1 + np.exp(-s))


def line(pair, x):
    return pair[0] * np.asarray(x) + pair[1]
""",
        """
def gan_step(theta, phi, real, z, lr):
    fake = line(theta, z)
    at_real, at_fake = sigmoid(line(phi, real)), sigmoid(line(phi, fake))
    theta_new = [
        theta[k] - lr * np.mean((at_fake - 1) * phi[0] * part)
        for k, part in enumerate([z, np.ones_like(z)])
    ]
    phi_new = [
        phi[k] - lr * (np.mean((at_real - 1) * x) + np.mean(at_fake * y))
        for k, (x, y) in enumerate([(real, fake), (real**0, fake**0)])
    ]
    return tuple(theta_new), tuple(phi_new)
""",
    ],
}
