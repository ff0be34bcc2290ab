"""Functions outside of THE table, each of their arguments in turn replaced by what fits badly."""

import importlib
import inspect
import re
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from cases import gather

from dlcourse.reference import (
    activation_variants,
    adaptive,
    approximation,
    evaluation,
    lenet_layers,
    metrics,
    model_selection,
    network,
    neurons,
    optimizers,
    pooling,
    sampling,
    search,
    unsupervised,
)

TOPICS = (
    "adaptive", "attention", "averaging", "lengths", "losses", "metrics", "network", "neurons",
    "normalization", "optimizers", "regularization", "sampling",
)  # fmt: skip
TWINS = SimpleNamespace(
    **{topic: importlib.import_module(f"dlcourse.twins.{topic}") for topic in TOPICS}
)


def rng():
    return np.random.default_rng(0)


X, Y = np.arange(12.0).reshape(6, 2), np.array([0, 0, 1, 1, 1, 2])
ONE = np.ones((1, 1, 1))
W3, W4 = np.ones((1, 3)), np.ones((1, 4))
LAYERS = [{"type": "dense", "units": 3}]


def first(parameters):
    return parameters["a"]


def fit_mean(X, y):
    return lambda X: np.full(len(X), np.mean(y))


def half(lr):
    return 0.5


CALLS = {
    "approximation.approximate_1d": (np.cos, 3, 0.0, 1.0),
    "approximation.approximate_2d": (lambda x, y: x * y, 2, (0.0, 1.0), (0.0, 1.0)),
    "approximation.network_1d": (np.cos, 0.5, 0.0, 1.0),
    "approximation.random_features_fit": (X, X[:, 0], 4, 1.0, rng()),
    "architectures.architecture_table": (LAYERS, (1, 2, 2)),
    "architectures.inception_parameters": (3, [[(1, 2)]]),
    "attention.causal_mask": (3,),
    "attention.positional_encoding": (3, 4),
    "conv_shapes.pair": (3,),
    "conv_shapes.conv_output_size": (8, 3, 1, 0, 0),
    "conv_shapes.same_padding": (8, 3, 1, 1),
    "conv_shapes.full_padding": (3, 1),
    "conv_shapes.padding_amounts": ("same", 8, 3, 1, 1),
    "conv_shapes.receptive_field": ([3, 3], [1, 1], [1, 1]),
    "conv_costs.conv_parameters": (3, 2, 2, True, 1),
    "conv_costs.conv_multiplications": (3, 2, 2, 4, 4, 1),
    "conv_costs.conv_flops": (3, 2, 2, 4, 4, 1),
    "conv_costs.feature_map_bytes": (3, 2, 2, 4, 4),
    "evaluation.bootstrap_interval": (np.mean, (Y,), rng(), 5, 0.9),
    "gated_after.gru_after_backward": (
        ONE,
        ONE,
        np.ones((2, 1, 1)),
        np.ones((1, 1, 3)),
        W3,
        W3,
        np.ones(1),
    ),
    "recurrent_training.truncated_backward": (ONE, ONE, np.ones((2, 1, 1)), ONE[0], ONE[0], 1),
    "recurrent_training.lstm_biases": (2, 1.0),
    "unsupervised.rbm_cd1": (X / 12, np.ones((2, 3)), np.zeros(2), np.zeros(3), 0.1, rng()),
    **{
        f"initializers.{n}": (3, 2, rng())
        for n in (
            "xavier_normal",
            "xavier_uniform",
            "he_normal",
            "he_uniform",
            "lecun_normal",
            "lecun_uniform",
            "orthogonal",
        )
    },
    "neurons.logic_gate": ("and",),
    "normalization_variants.frozen_batch_norm_backward": (
        X,
        X,
        np.ones(2),
        np.zeros(2),
        np.ones(2),
    ),
    "schedules.piecewise": (3, [2, 5], [0.1, 0.01, 0.001]),
    "schedules.performance": ([3.0, 2.0, 2.0], 0.1, 0.1, 1),
    "schedules.exponential": (3, 0.1, 10),
    "schedules.power": (3, 0.1, 10, 1.0),
    "schedules.warmup": (3, 0.1, 10),
    "schedules.cosine": (3, 10, 0.1, 0.0),
    "schedules.cosine_warmup": (3, 2, 10, 0.1),
    "schedules.one_cycle": (3, 10, 0.1, 0.04, 1e-5, 0.3),
    "adaptive.train_step": ([X], [X], [0 * X], [0 * X], 1, 0.1, 0, 10, 1.0, 0.01),
    "recurrent.rnn_backward": (ONE, ONE, np.ones((2, 1, 1)), ONE[0], ONE[0]),
    "gated.lstm_backward": (
        ONE,
        ONE,
        ONE,
        np.ones((2, 1, 1)),
        np.ones((2, 1, 1)),
        np.ones((1, 1, 4)),
        W4,
        W4,
    ),
    "gated.gru_backward": (ONE, ONE, np.ones((2, 1, 1)), np.ones((1, 1, 3)), W3, W3),
    "regularization.mc_dropout": (lambda x, rng: x, X, 3, rng()),
    "regularization.early_stopping": ([3.0, 2.0], 1),
    "regularization.diagnose": (15, 30, 0, 5),
    "diagnostics.name_the_bug": (
        {"duplicates": 0, "twice": 0, "first loss": 2.3, "smallest update": 0.01}
        | {"largest update": 0.1, "one batch": 0.1},
    ),
    "augmentation.noise": (X, 0.1, rng()),
    "augmentation.mixup": (X, np.ones((6, 3)) / 3, 0.5, rng()),
    "sampling.class_weights": (Y,),
    "sampling.random_oversample": (X, Y, rng()),
    "sampling.random_undersample": (X, Y, rng()),
    "sampling.smote": (X, 3, 2, rng()),
    "sampling.same_pairs": (Y, 5, rng()),
    "search.log_uniform": (1e-3, 1.0, 3, rng()),
    "search.random_search": (first, {"a": lambda r: r.random()}, 3, rng()),
    "search.grid_search": (first, {"a": [1, 2]}),
    "search.learning_rate_range_test": (half, [0.1, 1.0]),
    "search.successive_halving": (lambda p, b: p["a"], {"a": lambda r: r.random()}, 4, rng(), 1, 2),
    "search.pick_rate": ([0.1, 1.0], [1.0, 0.5]),
    "model_selection.k_fold": (6, 3, rng()),
    "model_selection.cross_validate": (
        fit_mean,
        lambda y, p: 0.0,
        X,
        Y,
        [(np.array([0, 1]), np.array([2]))],
    ),
    "model_selection.stratified_split": (Y, 0.5, rng()),
    "model_selection.find_duplicates": (X, X),
    "tokens.bpe_merge": ([["a", "b"]], ("a", "b")),
    "tokens.count_ngrams": ("abac", 2),
    "tokens.ngram_chances": ([{"": Counter("abac")}], "a", "abc"),
    "training.minibatches": (X, Y, 2, rng()),
    "training.train_classifier": (X, Y, [3], 1, 2, 0.1, rng()),
}
AWKWARD = [
    None,
    "text",
    -1,
    0,
    1,
    2,
    0.5,
    -0.5,
    np.nan,
    np.inf,
    -np.inf,
    True,
    [],
    [1],
    [-1.5, 2.0],
    (1, 2),
    {},
    [[1.0, 2.0]],
    [[1, 2], [3]],
    np.zeros((0, 3)),
    np.ones(3),
    np.ones((2, 2, 2)),
    np.array([np.nan, 1.0]),
    np.ones((6, 2), np.float16),
    np.ones((6, 2), complex),
    np.array(["a", "b"]),
    np.array([None, 1]),
    np.int8(100),
    np.uint8(3),
    object(),
    [np.nan] * 6,
]


# a loop that calls the caller's functions, or steps through objects of the caller's
NOT_HERE = {
    "graph.topological_order", "graph.accumulate_gradients", "neurons.xor_network", "training.sgd",
    "training.adam", "training.fit", "checkpoints.save_checkpoint", "checkpoints.load_checkpoint",
}  # fmt: skip


def call(name, arguments):
    topic, function = name.split(".")
    result = getattr(importlib.import_module(f"dlcourse.reference.{topic}"), function)(*arguments)
    return list(result) if inspect.isgenerator(result) else result


def own(argument):
    """Whether an argument is asked by its methods: a function, a generator, a dictionary."""
    return callable(argument) or isinstance(argument, np.random.Generator | dict)


@pytest.mark.parametrize("name", CALLS)
def test_what_fits_badly_is_refused_in_a_sentence_or_taken(name):
    call(name, CALLS[name])
    for place, argument in enumerate(CALLS[name]):
        for bad in AWKWARD if not own(argument) else ():
            given = [*CALLS[name][:place], bad, *CALLS[name][place + 1 :]]
            try:
                with np.errstate(all="ignore"):
                    call(name, given)
            except (ValueError, TypeError) as refusal:
                words = str(refusal)
            except Exception as error:
                raise AssertionError(f"{name} with {bad!r:.60} for argument {place}") from error
            else:
                continue
            if len(words) >= 400:
                raise AssertionError(f"{name} quotes a page: {words[:200]}")


def test_every_function_without_a_row_is_tried():
    served = ("arguments.", "rows.", "sequences.")
    without_row = {name for name in gather()[1] if not name.startswith(served)}
    assert without_row - NOT_HERE == CALLS.keys() - NOT_HERE


def test_counts_of_numpy_types_do_not_wrap_round():
    """-np.uint8(3) is 253, np.int8(100) * 2 is -56: each must mean the number that it shows."""
    from dlcourse.reference import regularization, schedules, search

    assert schedules.exponential(np.uint8(3), 0.1, 3) == pytest.approx(0.01)
    assert schedules.power(np.uint8(3), 0.1, 3, np.uint8(1)) == pytest.approx(0.05)
    verdict = regularization.diagnose(np.uint8(1), np.uint8(0), np.uint8(2), 5)
    assert verdict == (False, False)
    _, _, history = search.successive_halving(
        lambda p, budget: p["a"], {"a": lambda r: r.random()}, 4, rng(), np.int8(100)
    )
    assert [budget for _, budget, _ in history] == [100] * 4 + [200] * 2 + [400]


def test_small_counts_do_not_wrap_round_in_shapes_and_schedules():
    """np.uint8(200) + np.uint8(100) is 44, and np.int8(1) / np.int8(3) a float16."""
    from dlcourse.reference import evaluation, initializers, metrics, pooling, schedules

    bound = np.abs(initializers.xavier_uniform(np.uint8(200), np.uint8(100), rng())).max()
    assert 0.99 < bound / np.sqrt(6 / 300) <= 1
    std = initializers.xavier_normal(np.int8(100), np.int8(100), rng()).std()
    assert std == pytest.approx(np.sqrt(2 / 200), rel=0.02)
    late = schedules.cosine_warmup(np.int8(100), np.int8(120), np.int16(1000), 2)
    assert late == pytest.approx(2 * 100 / 120)
    assert schedules.warmup(np.int8(1), 1.0, np.int8(3)) == pytest.approx(1 / 3, rel=1e-12)
    falling = schedules.cosine(np.int8(1), np.int8(3), 1.0)
    assert falling == pytest.approx((1 + np.cos(np.pi / 3)) / 2, rel=1e-12)
    table = metrics.confusion_matrix([0, 1], [0, 99], np.int8(100))
    assert table.shape == (100, 100)
    assert table[1, 99] == 1
    assert evaluation.averaged_f1([0, 11], [0, 11], np.int8(12)) == pytest.approx(2 / 12)
    x = np.arange(40_000.0).reshape(1, 1, 200, 200)
    pooled = pooling.max_pool2d(x, np.int8(2), np.int8(2))
    np.testing.assert_array_equal(pooled, x[:, :, 1::2, 1::2])


@pytest.mark.parametrize("change", [{"patience": np.nan}, {"patience": -1}, {"factor": 2.0}])
def test_a_plan_that_never_cuts_or_raises_the_rate_is_refused(change):
    from dlcourse.reference import schedules

    with pytest.raises(ValueError, match="got"):
        schedules.performance([3.0, 2.0], 1.0, **change)


@pytest.mark.parametrize("steps", [-10, np.nan])
def test_a_warmup_of_no_length_is_refused(steps):
    from dlcourse.reference import schedules

    with pytest.raises(ValueError, match="steps"):
        schedules.warmup(5, 1.0, steps)


def test_a_validation_row_before_the_first_is_refused():
    from dlcourse.reference import model_selection

    with pytest.raises(ValueError, match=r"row numbers in 0 \.\.\. 5"):
        model_selection.cross_validate(fit_mean, np.subtract, X, Y, [([0, 1], [-1])])


def test_a_tiny_hessian_that_is_not_symmetric_is_refused():
    import torch

    from dlcourse.reference import optimizers
    from dlcourse.twins import optimizers as twins

    for unit in (1e-9, 1.0):
        H = unit * np.array([[1.0, 10.0], [0.0, 1.0]])
        for stable, given in [(optimizers, H), (twins, torch.tensor(H))]:
            with pytest.raises(ValueError, match="symmetric"):
                stable.largest_stable_rate(given)
        rate = optimizers.largest_stable_rate(unit * np.diag([1.0, 4.0]))
        assert rate == pytest.approx(0.5 / unit)


def test_penalties_of_small_integers_are_those_of_the_numbers():
    import torch

    from dlcourse.reference import regularization
    from dlcourse.twins import regularization as twins

    for library, read in [(regularization, np.array), (twins, torch.tensor)]:
        least = read([-128], dtype=(np if read is np.array else torch).int8)
        large = read([300], dtype=(np if read is np.array else torch).int16)
        penalty, (slope,) = library.l1_penalty([least], 1.0)
        assert (float(penalty), float(slope[0])) == (128, -1)
        penalty, (slope,) = library.l2_penalty([large], 1.0)
        assert (float(penalty), float(slope[0])) == (300**2 / 2, 300)


def test_twins_turn_integer_images_and_rank_integer_scores():
    import torch

    from dlcourse.reference import augmentation, metrics
    from dlcourse.twins import augmentation as twin_augmentation
    from dlcourse.twins import metrics as twin_metrics

    img = np.array([[100, 200], [100, 200]], dtype=np.uint8)
    zoomed = twin_augmentation.zoom(torch.tensor(img), 2.0)
    np.testing.assert_allclose(zoomed, [[125, 175], [125, 175]])
    turned = twin_augmentation.rotate(torch.tensor(img), 30.0)
    np.testing.assert_allclose(turned, augmentation.rotate(img, 30.0), rtol=1e-6)
    for scores in ([3, 1, 2], [True, False, False]):
        ours = twin_metrics.roc_curve(torch.tensor([1, 0, 1]), torch.tensor(scores))
        for curve, right in zip(ours, metrics.roc_curve([1, 0, 1], scores), strict=True):
            np.testing.assert_allclose(curve, right)


@pytest.mark.parametrize("broken", [[np.nan], [np.inf, 1.0]])
def test_no_world_clips_gradients_that_are_not_finite(broken):
    import torch

    from dlcourse.reference import optimizers
    from dlcourse.twins import optimizers as twins

    for library, read in [(optimizers, np.array), (twins, torch.tensor)]:
        with pytest.raises(ValueError, match="overflowed"):
            library.clip_by_norm([read(broken)], 1.0)


def test_twins_draw_from_small_counts_as_from_large_ones():
    import torch

    from dlcourse.twins import initializers

    generator = torch.Generator().manual_seed(0)
    bound = initializers.xavier_uniform(np.uint8(200), np.uint8(100), generator).abs().max()
    assert 0.99 < float(bound) / np.sqrt(6 / 300) <= 1
    std = initializers.xavier_normal(np.int8(100), np.int8(100), generator).std()
    assert float(std) == pytest.approx(np.sqrt(2 / 200), rel=0.03)


# what draws by itself; mc_dropout hands its generator on to the caller's function
DRAW = [
    (name, place)
    for name, arguments in CALLS.items()
    for place, argument in enumerate(arguments)
    if isinstance(argument, np.random.Generator) and name != "regularization.mc_dropout"
]


@pytest.mark.parametrize(("name", "place"), DRAW)
@pytest.mark.parametrize("seed", [0, None])
def test_a_seed_is_no_generator_and_the_sentence_says_what_is(name, place, seed):
    given = [*CALLS[name][:place], seed, *CALLS[name][place + 1 :]]
    with pytest.raises(ValueError, match=rf"got {seed}: np.random.default_rng"):
        call(name, given)


HALF = [1.5, -1, "3", None]
COUNTED = {
    "fourier_features": lambda n: approximation.fourier_features(np.ones(2), n, 1.0),
    "sawtooth": lambda n: approximation.sawtooth(np.ones(2), n),
    "approximate_1d": lambda n: approximation.approximate_1d(np.cos, n, 0.0, 1.0),
    "random_features_fit": lambda n: approximation.random_features_fit(X, Y, n, 1.0, rng()),
    "bootstrap_interval": lambda n: evaluation.bootstrap_interval(np.mean, (Y,), rng(), n),
    "k_fold, rows": lambda n: model_selection.k_fold(n, 2, rng()),
    "k_fold, parts": lambda n: model_selection.k_fold(6, n, rng()),
    "perceptron_fit": lambda n: neurons.perceptron_fit(X, Y % 2, 1.0, n),
    "linear_regression_descent": lambda n: neurons.linear_regression_descent(X, Y, 0.1, n),
    "smote, rows": lambda n: sampling.smote(X, n, 1, rng()),
    "smote, neighbours": lambda n: sampling.smote(X, 1, n, rng()),
    "random_search": lambda n: search.random_search(len, {}, n, rng()),
    "successive_halving, configs": lambda n: search.successive_halving(len, {}, n, rng()),
    "successive_halving, budget": lambda n: search.successive_halving(len, {}, 1, rng(), n),
    "successive_halving, factor": lambda n: search.successive_halving(len, {}, 1, rng(), 1, n),
}


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("bad", HALF)
def test_what_is_counted_is_a_whole_number(name, bad):
    with pytest.raises(ValueError, match=re.escape(repr(bad))):
        COUNTED[name](bad)


REFUSED_TOO = {
    "a bias of three axes": (
        lambda: unsupervised.rbm_cd1([[1.0]], [[0.0]], [0.0], [[[0.0]]], 0.1, rng()),
        "(1, 1, 1)",
    ),
    "rows of three axes": (
        lambda: lenet_layers.rbf_backward([[1.0]], [[[0.0]]], [[3.0]]),
        "(1, 1, 1)",
    ),
    "no layer": (lambda: network.layer_gradient_norms(X, Y, [], np.tanh, np.cos), "no weights"),
    "bounds crossed": (
        lambda: activation_variants.hardtanh_backward([1.0], [0.0], 1, -1),
        "1 and -1",
    ),
    "Nesterov, dampened": (
        lambda: optimizers.momentum_outside_step(X, X, X, 0.1, dampening=0.5, nesterov=True),
        "got 0.5",
    ),
    "RMSProp grows": (lambda: adaptive.rmsprop_step(X, X, X, 0.1, beta=2.0), "got 2.0"),
    "centered RMSProp grows": (
        lambda: adaptive.rmsprop_centered_step(X, X, X, X, X, 0.1, beta=-1.0),
        "got -1.0",
    ),
    "AdaDelta grows": (lambda: adaptive.adadelta_step(X, X, X, X, rho=2.0), "got 2.0"),
}


@pytest.mark.parametrize("case", REFUSED_TOO)
def test_what_a_docstring_refuses_is_refused(case):
    refused, words = REFUSED_TOO[case]
    with pytest.raises(ValueError, match=re.escape(words)):
        refused()


def test_twins_refuse_growing_means_dampened_nesterov_and_networks_without_layers():
    x = torch.ones(2)
    for refused in [
        lambda: TWINS.adaptive.rmsprop_step(x, x, x, 0.1, beta=2.0),
        lambda: TWINS.adaptive.rmsprop_centered_step(x, x, x, x, x, 0.1, beta=-1.0),
        lambda: TWINS.adaptive.adadelta_step(x, x, x, x, rho=2.0),
        lambda: TWINS.optimizers.momentum_outside_step(x, x, x, 0.1, 0.9, 0.5, True),
        lambda: TWINS.network.backpropagate(x[:, None], x.long(), [], []),
        lambda: TWINS.network.layer_gradient_norms(x[:, None], x.long(), [], torch.tanh, None),
    ]:
        with pytest.raises(ValueError, match="got"):
            refused()


def test_a_size_as_an_array_without_axes_is_a_number():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    np.testing.assert_array_equal(
        pooling.max_pool2d(x, np.array(2), np.array(2)), x[:, :, 1::2, 1::2]
    )


def whole(*numbers, kind=torch.int64):
    return torch.tensor(numbers, dtype=kind)


# in these, shares were cut off: a gradient of [3, 4], clipped to length 1, was [0, 0]
OF_INTEGERS = {
    "clip_by_norm": (lambda: TWINS.optimizers.clip_by_norm([whole(3, 4)], 1.0)[0], [0.6, 0.8]),
    "max_norm": (lambda: TWINS.regularization.max_norm(whole([3], [4]), 1.0), [[0.6], [0.8]]),
    "exponential_average": (
        lambda: TWINS.averaging.exponential_average([whole(0)], [whole(1)], 0.75)[0], [0.25],
    ),
    "equal_average": (lambda: TWINS.averaging.equal_average([whole(1)], [whole(2)], 1)[0], [1.5]),
    "attention": (
        lambda: TWINS.attention.attention(whole([0]), whole([1], [2]), whole([10], [35])),
        [[22.5]],
    ),
    "attention_weights": (
        lambda: TWINS.attention.attention_weights(whole([0]), whole([1], [2])), [[0.5, 0.5]],
    ),
    "multi_head": (
        lambda: TWINS.attention.multi_head(
            whole([[0, 1], [0, 2]]), whole([0, 0], [0, 0]), whole([0, 0], [0, 0]),
            whole([1, 0], [0, 1]), whole([1, 0], [0, 1]), 1,
        ),
        [[[0, 1.5], [0, 1.5]]],
    ),
    "prune_smallest": (
        lambda: TWINS.regularization.prune_smallest(whole(-128, 1, kind=torch.int8), 0.5)[0],
        [-128, 0],
    ),
    "mcculloch_pitts": (
        lambda: TWINS.neurons.mcculloch_pitts(whole([1, 1, 0], [1, 1, 1]), whole(0, 0, 1), 2),
        [1, 0],
    ),
    "perceptron_predict": (
        lambda: TWINS.neurons.perceptron_predict(whole([0, 1], [1, 1]), torch.ones(2), -1.5),
        [0, 1],
    ),
    "mse_loss": (lambda: TWINS.losses.mse_loss(whole(1, 2), whole(1, 3)), 0.5),
    "layer_norm": (
        lambda: TWINS.normalization.layer_norm(whole([0, 3]), torch.ones(2), whole(0, 0), 0.75),
        [[-(0.75**0.5), 0.75**0.5]],
    ),
    "euclidean_norm": (lambda: TWINS.lengths.euclidean_norm(whole(1, 1)), 2**0.5),
}  # fmt: skip


@pytest.mark.parametrize("name", OF_INTEGERS)
def test_twins_cut_no_share_off_where_tensors_hold_integers(name):
    given, right = OF_INTEGERS[name]
    np.testing.assert_allclose(given(), right, rtol=1e-6)


@pytest.mark.parametrize("half", [torch.float16, torch.bfloat16])
def test_what_pytorch_has_for_no_half_is_computed_in_float32(half):
    X2, y2 = (
        torch.tensor([[0.0], [1.0], [2.0]], dtype=half),
        torch.tensor([1.0, 3.0, 5.0], dtype=half),
    )
    np.testing.assert_allclose(TWINS.neurons.normal_equation(X2, y2), [1, 2], rtol=1e-5)
    rate = TWINS.optimizers.largest_stable_rate(torch.diag(torch.tensor([1.0, 4.0])).to(half))
    assert rate == pytest.approx(0.5)
    new = TWINS.sampling.smote(X2, 5, 1, torch.Generator().manual_seed(0))
    assert new.dtype == half
    assert bool(((new >= 0) & (new <= 2)).all())


@pytest.mark.parametrize("kind", [np.int64, np.uint64])
def test_integer_scores_are_ranked_to_their_last_digit(kind):
    y, scores = [0, 1, 0], np.array([2**62, 2**62 + 1, 0], kind)
    assert metrics.roc_auc(y, scores) == 1
    assert evaluation.average_precision(y, scores) == 1
    if kind is np.int64:  # torch counts in no uint64
        assert TWINS.metrics.roc_auc(torch.tensor(y), torch.tensor(scores)) == 1
