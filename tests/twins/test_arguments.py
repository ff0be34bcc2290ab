"""Words and numbers that a twin refuses as its reference does."""

import re

import pytest
import torch

from dlcourse.twins import (
    activation_variants,
    activations,
    adaptive,
    arguments,
    attention,
    augmentation,
    averaging,
    conv,
    evaluation,
    generative,
    losses,
    metrics,
    neurons,
    normalization_variants,
    optimizers,
    regularization,
    response_norm,
    sampling,
    weighted_losses,
)

ONES, ZEROS = torch.ones(2, 2), torch.zeros(2, dtype=torch.int64)


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: evaluation.averaged_f1(ZEROS, ZEROS, 2, average="marco"), "average .*'marco'"),
        (
            lambda: weighted_losses.weighted_cross_entropy(ONES, ZEROS, reduction="men"),
            "reduction .*'men'",
        ),
        (lambda: activation_variants.gelu(ONES, approximate="tan"), "approximate .*'tan'"),
        (lambda: optimizers.clip_by_norm([ONES], -1), "max_norm must be 0 or more, got -1"),
        (lambda: optimizers.clip_by_norm([ONES], float("nan")), "got nan"),
        (lambda: augmentation.mixup(ONES, ONES, 2, None), r"lam must lie in \[0, 1\], got 2"),
        (lambda: averaging.exponential_average([ONES], [ONES], decay=2), "decay .* got 2"),
    ],
)
def test_a_wrong_word_or_number_is_quoted_back(call, quoted):
    with pytest.raises(ValueError, match=quoted):
        call()


SIZES = {
    "x (N, D), W (D, M), b (M)": (
        [((5, 3), (3, 2), (2,)), ((0, 3), (3, 0), (0,))],
        [((5, 3), (2, 3), (3,)), ((5, 3), (3, 2), ()), ((1, 5, 3), (3, 2), (2,))],
    ),
    "x (N+, D)": ([((1, 0),)], [((0, 3),), ((3,),)]),
    "Wx (D, 4H), b (4H)": ([((3, 8), (8,))], [((3, 9), (9,)), ((3, 8), (4,))]),
    "x (N, C, ...), gamma (C)": (
        [((2, 3), (3,)), ((2, 3, 4, 5), (3,))], [((3,), (3,)), ((2, 4, 3), (3,))],
    ),
    "q (..., T, D), k (..., S, D)": (
        [((3, 2), (4, 2)), ((7, 6, 3, 2), (7, 6, 4, 2))], [((7, 3, 2), (6, 4, 2)), ((2,), (2,))],
    ),
}  # fmt: skip


@pytest.mark.parametrize("shapes", SIZES)
def test_shapes_fit_as_a_page_has_them(shapes):
    right, wrong = SIZES[shapes]
    for sizes in right:
        arguments.fit(shapes, *map(torch.zeros, sizes))
    for sizes in wrong:
        got = ", ".join(map(str, sizes))
        with pytest.raises(ValueError, match=re.escape(f"{shapes} do not fit: got {got}")):
            arguments.fit(shapes, *map(torch.zeros, sizes))


def test_a_tensor_that_may_be_left_out_fits():
    arguments.fit("x (N, D), b (D)", ONES, None)
    with pytest.raises(ValueError, match=r"got \(2, 2\), None, \(2, 2\)"):
        arguments.fit("x (N, D), b (D), y (N)", ONES, None, ONES)


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: evaluation.precision_recall_curve(ZEROS, ONES[0]), "2 rows without one"),
        (lambda: evaluation.choose_threshold(ONES[0], ZEROS, 0.5), "2 rows without one"),
        (lambda: evaluation.average_precision(ZEROS, ONES), r"got shape \(2, 2\)"),
        (lambda: evaluation.calibration_error(ZEROS, 2 * ONES[0]), r"\[0, 1\], got 2.0"),
        (lambda: metrics.roc_auc(ZEROS, ONES[0]), r"only \[0\]"),
        (lambda: metrics.accuracy(ZEROS[:0], ZEROS[:0]), r"got \(0,\), \(0,\)"),
        (lambda: metrics.confusion_matrix(ZEROS, ZEROS[:1], 2), "2 rows"),
        (lambda: metrics.precision(ONES.long(), ONES.long()), r"\(2, 2\)"),
        (lambda: activation_variants.hardtanh(ONES, 2, 1), "min_val must be below max_val, got 2"),
        (lambda: activation_variants.hardtanh(ONES, float("nan"), 1), "got nan and 1"),
        (lambda: activation_variants.rrelu(ONES, None, 2, 1, train=False), "got 2 and 1"),
        (lambda: response_norm.local_response_norm(ONES, 0), "size must be .* got 0"),
        (lambda: response_norm.local_response_norm(ONES, 2.0), "size must be .* got 2.0"),
        (lambda: normalization_variants.group_norm(ONES, 1.5, ONES[0], ONES[0]), "from 1; got 1.5"),
        (lambda: losses.smooth_labels(ZEROS, 2.0, 0.1), "n_classes must be .* got 2.0"),
        (lambda: losses.mse_loss(ONES, ONES[:1]), r"pred \(2, 2\) and target \(1, 2\)"),
        (lambda: losses.mse_loss(ONES[:0], ONES[:0]), "at least one row"),
        (lambda: losses.smooth_labels(ZEROS, 2, 1.5), "1.5"),
        (lambda: losses.binary_cross_entropy(2 * ONES, ONES), "2.0"),
        (lambda: sampling.random_oversample(ONES, ZEROS[:1], None), r"\(2, 2\), \(1,\)"),
        (lambda: sampling.class_weights(ZEROS - 1), "from 0"),
        (lambda: sampling.smote(ONES, 1, 0, None), "k=0"),
        (lambda: regularization.max_norm(ONES, 0), "got 0"),
        (lambda: regularization.l2_penalty([ONES], -1), "got -1"),
        (lambda: regularization.dropconnect(ONES, ONES, ONES, 0.5, None), r"b \(D_out\)"),
        (lambda: adaptive.adam_step(ONES, ONES, 0.0, 0.0, 0), "t=0"),
        (lambda: adaptive.adam_step(ONES, ONES[0], 0.0, 0.0, 1), r"g has shape \(2,\)"),
        (lambda: optimizers.sgd_step([ONES], [], 0.1), "1 parameters but 0 gradients"),
        (lambda: optimizers.largest_stable_rate(-ONES), "positive definite"),
        (lambda: generative.generator_loss(ONES[:0]), "no logits have no mean"),
        (lambda: generative.optimal_discriminator(-ONES, ONES), "0 or more"),
        (lambda: attention.attention_weights(ONES, ONES, ONES < 0), "allows nothing"),
        (lambda: attention.multi_head(ONES[None], *[ONES] * 4, heads=3), "got 3"),
        (lambda: augmentation.crop(ONES, 0, 0, 3, 1), "image of 2 x 2"),
        (lambda: augmentation.shift_image(ONES, 0.5, 0), "dy=0.5"),
        (lambda: augmentation.zoom(ONES, 0), "got 0"),
        (lambda: normalization_variants.group_norm(ONES, 3, ONES[0], ONES[0]), "3"),
        (lambda: neurons.perceptron_fit(ONES, ZEROS + 2), "0 ... 1"),
        (lambda: conv.conv2d(ONES[None, None], ONES[None, None], ONES[0]), r"b \(K\)"),
    ],
)  # fmt: skip
def test_numbers_and_shapes_are_refused_as_the_reference_refuses_them(call, quoted):
    with pytest.raises(ValueError, match=quoted):
        call()


ACTIVATIONS = {
    activations: "sigmoid tanh softsign relu leaky_relu elu softplus softmax log_softmax".split(),
    activation_variants: "relu6 hardtanh hardsigmoid hardswish selu silu gelu".split(),
}


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int64, torch.bool])
@pytest.mark.parametrize(
    ("home", "name"), [(h, n) for h, names in ACTIVATIONS.items() for n in names]
)
def test_whole_numbers_are_scores_in_float64(home, name, dtype):
    z = torch.tensor([3, 0, 1]).to(dtype)
    out = getattr(home, name)(z)
    assert out.dtype == torch.float64
    torch.testing.assert_close(out, getattr(home, name)(z.double()), rtol=0, atol=0)


def test_images_of_whole_numbers_keep_their_type_or_become_float64():
    img = torch.tensor([[1, 0], [1, 1]], dtype=torch.uint8)
    assert augmentation.shift_image(img.bool(), 1, 0).tolist() == [[False, False], [True, False]]
    ours = augmentation.contrast(img, 2.0)
    torch.testing.assert_close(ours, augmentation.contrast(img.double(), 2.0), rtol=0, atol=0)
    assert augmentation.noise(img, 0.0, None).dtype == torch.float64


@pytest.mark.parametrize("option", ["stride", "padding", "dilation", "groups"])
@pytest.mark.parametrize("amount", [1.5, None])
def test_a_convolution_s_option_that_is_not_whole_is_quoted_back(option, amount):
    x, w = torch.ones(1, 2, 4, 4), torch.ones(2, 2, 2, 2)
    with pytest.raises(ValueError, match=re.escape(repr(amount))):
        conv.conv2d(x, w, torch.zeros(2), **{option: amount})
    if option != "groups":
        with pytest.raises(ValueError, match=re.escape(repr(amount))):
            conv.im2col(x, 2, **{option: amount})
