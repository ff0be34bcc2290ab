"""Functions outside of THE table, each of their arguments in turn replaced by what fits badly."""

import importlib
import inspect

import numpy as np
import pytest
from cases import gather


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
    served = ("arguments.", "sequences.")
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
