"""Augmentation on tensors: the functions of `dlcourse.reference.augmentation`.

Same contracts; `rng` is a `torch.Generator` on the device of the image.
"""

import math

import torch

from dlcourse.twins.arguments import as_floats, fit, real_numbers
from dlcourse.twins.lengths import power_of_two

# cosine and sine of a turn: the sine of pi rounds to 1e-16, a share of the pixel beside
QUARTERS = {0: (1, 0), 90: (0, 1), -90: (0, -1), 180: (-1, 0), -180: (-1, 0)}


def shift_image(img, dy, dx):
    """Move an image by whole pixels, down and right for positive numbers; zeros come in."""
    fit("img (..., H, W)", img)
    for amount in real_numbers(dy=dy, dx=dx):  # 2.0 is whole as well
        if not hasattr(amount, "__index__") and not float(amount).is_integer():
            raise ValueError(f"an image moves by whole pixels, got dy={dy} and dx={dx}: round them")
    rows, columns = img.shape[-2:]
    dy, dx = (max(-n, min(int(by), n)) for by, n in ((dy, rows), (dx, columns)))
    y = torch.arange(rows, device=img.device)[:, None] - dy
    x = torch.arange(columns, device=img.device) - dx
    inside = (y >= 0) & (y < rows) & (x >= 0) & (x < columns)
    if not img.numel():
        return img.clone()
    return torch.where(inside, img[..., y % rows, x % columns], img.new_zeros(()))


def flip(img, axis=-1):
    """Mirror an image: left and right by default, top and bottom with ``axis=-2``."""
    fit("img (..., H, W)", img)
    if axis not in (-1, -2):
        raise ValueError(f"axis is -1 (left and right) or -2 (top and bottom), got {axis}")
    return torch.flip(img, (axis,))


def crop(img, top, left, height, width):
    """Cut out `height` rows from `top` and `width` columns from `left`."""
    fit("img (..., H, W)", img)
    rows, columns = img.shape[-2:]
    if not (0 <= top <= top + height <= rows and 0 <= left <= left + width <= columns):
        raise ValueError(
            f"rows {top} to {top + height} and columns {left} to {left + width} do not lie in an "
            f"image of {rows} x {columns}: pad it first"
        )
    return img[..., top : top + height, left : left + width].clone()


def rotate(img, degrees):
    """Turn an image about its centre, counter-clockwise as seen; pixels are interpolated."""
    (degrees,) = real_numbers(degrees=degrees)
    if hasattr(degrees, "__index__"):
        degrees = int(degrees) % 360  # exact, however large
    if not math.isfinite(degrees):
        raise ValueError(f"degrees is a finite number, got {degrees}")
    degrees = math.remainder(degrees, 360)
    angle = math.radians(degrees)
    along, across = QUARTERS.get(degrees) or (math.cos(angle), math.sin(angle))
    return _resample(img, along, across)


def zoom(img, factor):
    """Enlarge an image about its centre (`factor` > 1) or shrink it, in the same frame."""
    (factor,) = real_numbers(factor=factor)
    if not factor > 0 or math.isinf(1 / float(factor)):
        raise ValueError(f"factor must be above 0, and 1 / factor finite, got {factor}")
    return _resample(img, 1 / factor, 0.0)


def _resample(img, along, across):
    fit("img (..., H, W)", img)
    img = as_floats(img)  # a uint8 has no shares
    rows, columns = img.shape[-2:]
    # half precision cannot count the pixels of a photograph, and Apple's GPU has no float64
    dtype = torch.float32 if img.device.type == "mps" else torch.float64
    y = torch.arange(rows, device=img.device, dtype=dtype)[:, None] - (rows - 1) / 2
    x = torch.arange(columns, device=img.device, dtype=dtype) - (columns - 1) / 2
    from_y = along * y + across * x + (rows - 1) / 2
    from_x = along * x - across * y + (columns - 1) / 2
    out = torch.zeros_like(img)
    for corner_y in (from_y.floor(), from_y.floor() + 1):
        for corner_x in (from_x.floor(), from_x.floor() + 1):
            weight = (1 - (from_y - corner_y).abs()) * (1 - (from_x - corner_x).abs())
            inside = (corner_y >= 0) & (corner_y < rows) & (corner_x >= 0) & (corner_x < columns)
            i, j = corner_y.clamp(0, rows - 1).long(), corner_x.clamp(0, columns - 1).long()
            weight = (weight * inside).to(img.dtype)
            out = out + weight * torch.where(weight > 0, img[..., i, j], 0)
    return out


def contrast(img, factor):
    """Move each pixel away from the mean of its image (`factor` > 1) or towards it."""
    fit("img (..., H+, W+)", img)
    (factor,), img = real_numbers(factor=factor), as_floats(img)
    unit = power_of_two(img.flatten(-2), axis=-1)[..., None].clamp(min=1)
    img = img / unit  # the sum of numbers near the largest fits
    mean = img.mean(dim=(-2, -1), keepdim=True)
    return (mean + factor * (img - mean)) * unit


def noise(img, std, rng):
    """Add Gaussian noise of standard deviation `std` to every pixel."""
    fit("img (..., H, W)", img)
    (std,) = real_numbers(0, std=std)
    img = as_floats(img)
    return img + std * torch.randn(img.shape, generator=rng, device=img.device, dtype=img.dtype)


def mixup(x, targets, lam, rng):
    """Blend each row, and its target, with a partner drawn from the batch."""
    fit("x (N, ...), targets (N, K)", x, targets)
    (lam,) = real_numbers(lam=lam)
    if not 0 <= lam <= 1:
        raise ValueError(f"lam must lie in [0, 1], got {lam}")
    partner = torch.randperm(len(x), generator=rng, device=x.device)
    return _blend(x, x[partner], lam), _blend(targets, targets[partner], lam)


def _blend(own, other, lam):
    if lam in (0, 1):  # 0 * infinity would be NaN
        return (own if lam else other).clone()
    return lam * own + (1 - lam) * other
