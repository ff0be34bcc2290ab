"""Every optimizer against torch.optim over 50 steps with every flag; identities; refusals."""

import inspect
import math

import numpy as np
import pytest
import scipy.optimize
import torch

from dlcourse.reference import adaptive, schedules
from dlcourse.reference import optimizers as opt
from dlcourse.twins import adaptive as twin_adaptive
from dlcourse.twins import optimizers as twin_opt

STEPS = 50
START = np.random.default_rng(5).normal(size=(3, 4))
MATRIX = np.random.default_rng(6).normal(size=(3, 3))


def slope(w, world=np):
    """A gradient with curvature, coupling and no minimum in sight; some entries are exactly 0."""
    matrix = MATRIX if world is np else torch.from_numpy(MATRIX)
    g = matrix @ world.sin(w) + 0.5 * w
    return g * (world.cos(7 * w) > -0.9)


# --- one entry a torch optimizer: how its flags read in our steps --------------------------------
def sgd(w, g, state, t, lr, momentum, dampening, nesterov):
    if momentum == 0:
        return opt.sgd_step([w], [g], lr)[0], state
    return opt.momentum_outside_step(w, g, state, lr, momentum, dampening, nesterov)


def adagrad(w, g, G, t, lr, lr_decay, initial_accumulator_value, eps):
    if t == 1:
        G = initial_accumulator_value
    if lr_decay:
        lr = schedules.power(t - 1, lr, r=1 / lr_decay)
    return adaptive.adagrad_step(w, g, G, lr, eps)


def adadelta(w, g, state, t, lr, rho, eps):
    w, *state = adaptive.adadelta_step(w, g, *(state or (0.0, 0.0)), lr, rho, eps)
    return w, state


def rmsprop(w, g, state, t, lr, alpha, eps, momentum, centered):
    if not momentum and not centered:
        return adaptive.rmsprop_step(w, g, 0.0 if state is None else state, lr, alpha, eps)
    w, *state = adaptive.rmsprop_centered_step(
        w, g, *(state or (0.0, 0.0, 0.0)), lr, alpha, eps, momentum, centered
    )
    return w, state


def adam(w, g, state, t, lr, betas, eps, amsgrad):
    step, n_states = (adaptive.amsgrad_step, 3) if amsgrad else (adaptive.adam_step, 2)
    w, *state = step(w, g, *(state or [0.0] * n_states), t, lr, *betas, eps)
    return w, state


def adamw(w, g, state, t, lr, betas, eps, amsgrad, decoupled):
    if amsgrad:
        return adam(w - lr * decoupled * w, g, state, t, lr, betas, eps, amsgrad)
    w, *state = adaptive.adamw_step(w, g, *(state or (0.0, 0.0)), t, lr, *betas, eps, decoupled)
    return w, state


def adamax(w, g, state, t, lr, betas, eps):
    w, *state = adaptive.adamax_step(w, g, *(state or (0.0, 0.0)), t, lr, *betas, eps)
    return w, state


def nadam(w, g, state, t, lr, betas, eps, momentum_decay, decoupled):
    w = w - lr * decoupled * w
    state = state or (0.0, 0.0, 1.0)
    w, *state = adaptive.nadam_step(w, g, *state, t, lr, *betas, eps, momentum_decay)
    return w, state


T = torch.optim
MOMENTS = {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-3}
RMS = {"lr": 0.05, "alpha": 0.9, "eps": 1e-3}
PLAIN = {"lr": 0.05, "momentum": 0.0, "dampening": 0.0, "nesterov": False}
AGAINST_TORCH = [
    (T.SGD, sgd, PLAIN),
    (T.SGD, sgd, PLAIN | {"momentum": 0.9}),
    (T.SGD, sgd, PLAIN | {"momentum": 0.9, "dampening": 0.4}),
    (T.SGD, sgd, PLAIN | {"momentum": 0.9, "nesterov": True}),
    (T.Adagrad, adagrad,
     {"lr": 0.1, "lr_decay": 0.0, "initial_accumulator_value": 0.0, "eps": 1e-3}),
    (T.Adagrad, adagrad,
     {"lr": 0.1, "lr_decay": 0.2, "initial_accumulator_value": 0.7, "eps": 1e-10}),
    (T.Adadelta, adadelta, {"lr": 0.7, "rho": 0.8, "eps": 1e-3}),
    (T.RMSprop, rmsprop, RMS | {"momentum": 0.0, "centered": False}),
    (T.RMSprop, rmsprop, RMS | {"momentum": 0.6, "centered": False}),
    (T.RMSprop, rmsprop, RMS | {"momentum": 0.0, "centered": True}),
    (T.RMSprop, rmsprop, RMS | {"momentum": 0.6, "centered": True}),
    (T.Adam, adam, MOMENTS | {"amsgrad": False}),
    (T.Adam, adam, MOMENTS | {"amsgrad": True}),
    (T.AdamW, adamw, MOMENTS | {"amsgrad": False, "decoupled": 0.1}),
    (T.AdamW, adamw, MOMENTS | {"amsgrad": True, "decoupled": 0.1}),
    (T.Adamax, adamax, MOMENTS),
    (T.NAdam, nadam, MOMENTS | {"momentum_decay": 0.01, "decoupled": 0.0}),
    (T.NAdam, nadam, MOMENTS | {"momentum_decay": 0.01, "decoupled": 0.1}),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _torch_counts_in_float64():
    """NAdam keeps its product of momenta in torch's default dtype."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def path_of_torch(optimizer, flags, weight_decay, maximize):
    w = torch.nn.Parameter(torch.from_numpy(START.copy()))
    flags = dict(flags)
    decoupled = flags.pop("decoupled", None)
    if decoupled is not None:
        weight_decay = decoupled
        if optimizer is T.NAdam:
            flags["decoupled_weight_decay"] = decoupled > 0
    made = optimizer([w], weight_decay=weight_decay, maximize=maximize, **flags)
    path = []
    for _ in range(STEPS):
        w.grad = slope(w.detach(), torch)
        made.step()
        path.append(w.detach().numpy().copy())
    return np.array(path)


def path_of_ours(step, flags, weight_decay, maximize):
    w, state, path = START.copy(), None, []
    for t in range(1, STEPS + 1):
        g = opt.decay_gradient(w, slope(w), weight_decay, maximize)
        w, state = step(w, g, state, t, **flags)
        path.append(w)
    return np.array(path)


def case_name(case):
    optimizer, _, flags = case
    return "-".join([optimizer.__name__, *(f"{k}={v}" for k, v in flags.items())])


@pytest.mark.parametrize("maximize", [False, True], ids=["descend", "maximize"])
@pytest.mark.parametrize("weight_decay", [0.0, 0.03], ids=["", "weight_decay"])
@pytest.mark.parametrize("case", AGAINST_TORCH, ids=case_name)
def test_fifty_steps_are_those_of_torch(case, weight_decay, maximize):
    optimizer, step, flags = case
    if "decoupled" in flags:  # there the flag is the decoupled decay itself
        weight_decay = 0.0
    expected = path_of_torch(optimizer, flags, weight_decay, maximize)
    actual = path_of_ours(step, flags, weight_decay, maximize)
    np.testing.assert_allclose(actual, expected, rtol=1e-10, atol=1e-13)


def test_a_changed_beta_is_caught_by_this_comparison():
    flags = MOMENTS | {"amsgrad": False}
    wrong = path_of_ours(adam, flags | {"betas": (0.8, 0.9501)}, 0.0, False)
    assert not np.allclose(wrong, path_of_torch(T.Adam, flags, 0.0, False), rtol=1e-10, atol=1e-13)


MATHEMATICAL = {
    T.SGD: {"lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize"},
    T.Adagrad: {"lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps", "maximize"},
    T.Adadelta: {"lr", "rho", "eps", "weight_decay", "maximize"},
    T.RMSprop: {"lr", "alpha", "eps", "weight_decay", "momentum", "centered", "maximize"},
    T.Adam: {"lr", "betas", "eps", "weight_decay", "amsgrad", "maximize"},
    T.AdamW: {"lr", "betas", "eps", "weight_decay", "amsgrad", "maximize"},
    T.Adamax: {"lr", "betas", "eps", "weight_decay", "maximize"},
    T.NAdam: {"lr", "betas", "eps", "weight_decay", "momentum_decay", "maximize",
              "decoupled_weight_decay"},
}  # fmt: skip
HOW_NOT_WHAT = {"foreach", "fused", "capturable", "differentiable"}  # speed and tracing only


@pytest.mark.parametrize("optimizer", MATHEMATICAL, ids=lambda o: o.__name__)
def test_no_flag_of_torch_is_left_out(optimizer):
    made = optimizer([torch.nn.Parameter(torch.zeros(1))])
    flags = set(made.defaults) - HOW_NOT_WHAT - {"params"}
    tried = {name for case in AGAINST_TORCH if case[0] is optimizer for name in case[2]}
    renamed = {"decoupled_weight_decay"} if optimizer is T.NAdam else set()
    if optimizer is T.AdamW:  # Adam's own flag, which AdamW fixes to True
        flags -= {"decoupled_weight_decay"}
    if optimizer is T.Adam:  # tried as AdamW
        flags -= {"decoupled_weight_decay"}
    assert flags == MATHEMATICAL[optimizer]
    assert flags <= tried | {"weight_decay", "maximize"} | renamed


@pytest.mark.parametrize(
    ("step", "optimizer"),
    [
        (adaptive.adadelta_step, T.Adadelta),
        (adaptive.adam_step, T.Adam),
        (adaptive.adam_step_in_blocks, T.Adam),
        (adaptive.amsgrad_step, T.Adam),
        (adaptive.adamw_step, T.AdamW),
        (adaptive.adamax_step, T.Adamax),
        (adaptive.nadam_step, T.NAdam),
    ],
)
def test_defaults_are_those_of_torch(step, optimizer):
    theirs = dict(optimizer([torch.nn.Parameter(torch.zeros(1))]).defaults)
    theirs["beta1"], theirs["beta2"] = theirs.get("betas", (None, None))
    ours = {
        name: parameter.default
        for name, parameter in inspect.signature(step).parameters.items()
        if parameter.default is not inspect.Parameter.empty and name not in ("block", "out")
    }
    assert len(ours) >= 3
    assert ours == {name: theirs[name] for name in ours}


# --- identities: both sides computed -------------------------------------------------------------
def test_both_momentum_conventions_walk_the_same_path_at_a_constant_rate():
    a, b, v, u = START, START, 0.0, None
    for _ in range(STEPS):
        a, v = opt.momentum_step(a, slope(a), v, lr=0.02)
        b, u = opt.momentum_outside_step(b, slope(b), u, lr=0.02)
    np.testing.assert_allclose(a, b, rtol=1e-10)
    np.testing.assert_allclose(v, -0.02 * u, rtol=1e-10)


def test_nesterov_of_torch_is_ours_seen_from_the_look_ahead_point():
    lr, mu = 0.02, 0.9
    w, v, ahead, u = START, 0.0, START, None
    for _ in range(STEPS):
        w, v = opt.nesterov_step(w, slope, v, lr, mu)
        ahead, u = opt.momentum_outside_step(ahead, slope(ahead), u, lr, mu, nesterov=True)
        np.testing.assert_allclose(w + mu * v, ahead, rtol=1e-9)


def test_momentum_reaches_ten_times_the_plain_step():
    w, v = 0.0, 0.0
    for _ in range(400):
        w, v = opt.momentum_step(w, 1.0, v, lr=0.1)
    assert v == pytest.approx(-0.1 / (1 - 0.9), rel=1e-12)


def test_adam_in_blocks_steps_in_place_if_told_to():
    rng = np.random.default_rng(0)
    w, g, m = rng.normal(size=(3, 70, 9)).astype(np.float32)
    v = rng.random((70, 9), dtype=np.float32)
    expected = adaptive.adam_step(w, g, m, v, 4)
    result = adaptive.adam_step_in_blocks(w, g, m, v, 4, block=100, out=(w, m, v))
    assert all(a is b for a, b in zip(result, (w, m, v), strict=True))
    for actual, wanted in zip(result, expected, strict=True):
        np.testing.assert_allclose(actual, wanted, rtol=1e-5, atol=1e-7)


def test_ftrl_without_penalties_is_adagrad():
    w, z, n = np.zeros_like(START), 0.0, 0.0
    x, G = np.zeros_like(START), 0.0
    rng = np.random.default_rng(1)
    for _ in range(STEPS):
        g = rng.normal(size=START.shape)
        w, z, n = adaptive.ftrl_step(w, g, z, n, lr=0.1, beta=0.0)
        x, G = adaptive.adagrad_step(x, g, G, lr=0.1, eps=0.0)
        np.testing.assert_allclose(w, x, rtol=1e-9, atol=1e-12)


def minimum_by_scipy(objective):
    return scipy.optimize.minimize_scalar(objective, bounds=(-10, 10), options={"xatol": 1e-12}).x


def test_ftrl_lands_on_the_minimum_that_defines_it():
    rng = np.random.default_rng(2)
    lr, l1, l2 = 0.5, 0.8, 0.1
    w, z, n, past, gradients = 0.0, 0.0, 0.0, [], []
    for _ in range(12):
        g = rng.normal()
        strength = (1.0 + math.sqrt(n + g * g)) / lr - sum(s for s, _ in past)
        past.append((strength, w))  # all strengths add up to (1 + sqrt(n)) / lr
        gradients.append(g)
        w, z, n = adaptive.ftrl_step(w, g, z, n, lr, l1, l2)
        pulled = minimum_by_scipy(
            lambda u: (
                sum(gradients) * u
                + sum(s * (u - at) ** 2 for s, at in past) / 2
                + l1 * abs(u)
                + l2 / 2 * u * u
            )
        )
        assert w == pytest.approx(pulled, abs=1e-6)


def test_dual_averaging_lands_on_the_minimum_that_defines_it():
    rng = np.random.default_rng(3)
    mean, seen = 0.0, []
    for t in range(1, 10):
        seen.append(rng.normal())
        w, mean = adaptive.dual_averaging_step(seen[-1], mean, t, gamma=2.0, l1=0.2)
        goal = np.mean(seen)
        expected = minimum_by_scipy(
            lambda u, goal=goal, t=t: goal * u + 0.2 * abs(u) + u * u / math.sqrt(t)
        )
        assert w == pytest.approx(expected, abs=1e-6)


def test_sparse_methods_give_exact_zeros_where_sgd_does_not():
    rng = np.random.default_rng(4)
    truth = np.array([2.0, -1.0, 0.0, 0.0, 0.0, 0.0])
    w, z, n, plain = np.zeros(6), 0.0, 0.0, np.zeros(6)
    for _ in range(500):
        x = rng.normal(size=6)
        y = x @ truth + 0.1 * rng.normal()
        w, z, n = adaptive.ftrl_step(w, (x @ w - y) * x, z, n, lr=0.2, l1=40.0)
        (plain,) = opt.sgd_step([plain], [(x @ plain - y) * x + 0.04 * np.sign(plain)], 0.02)
    assert np.count_nonzero(w[2:]) == 0
    assert np.all(np.abs(w[:2]) > 0.5)
    assert np.count_nonzero(plain[2:]) == 4


def test_descent_converges_just_below_the_largest_stable_rate_and_diverges_just_above():
    H = np.array([[3.0, 1.0], [1.0, 2.0]])
    bound = opt.largest_stable_rate(H)
    start = np.array([1.0, -1.0])
    below = opt.gradient_descent(lambda x: H @ x, start, 0.99 * bound, 1500)
    above = opt.gradient_descent(lambda x: H @ x, start, 1.01 * bound, 1500)
    assert np.linalg.norm(below[-1]) < 1e-6
    assert np.linalg.norm(above[-1]) > 1e6


def test_clipping_keeps_the_direction_and_short_gradients():
    grads = [np.array([3.0, 0.0]), np.array([[4.0]])]
    clipped = opt.clip_by_norm(grads, 1.0)
    np.testing.assert_allclose(clipped[0], [0.6, 0.0], rtol=1e-15)
    np.testing.assert_allclose(clipped[1], [[0.8]], rtol=1e-15)
    assert np.array_equal(opt.clip_by_norm(grads, 5.0)[0], grads[0])


def test_clipping_float32_gradients_survives_squares_that_overflow_float32():
    (clipped,) = opt.clip_by_norm([np.array([3e30, 4e30], dtype=np.float32)], 1.0)
    assert clipped.dtype == np.float32
    np.testing.assert_allclose(clipped, [0.6, 0.8], rtol=1e-6)


# --- refusals ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (
            lambda: adaptive.adam_step(np.ones(3), np.ones((3, 1)), 0.0, 0.0, 1),
            r"g has shape \(3, 1\)",
        ),
        (
            lambda: adaptive.adam_step(np.ones(3), np.ones(3), np.ones(2), 0.0, 1),
            r"m has shape \(2,\)",
        ),
        (lambda: adaptive.adam_step(np.ones(3), np.ones(3), 0.0, 0.0, 0), "got t=0"),
        (lambda: adaptive.adam_step(np.ones(3), np.ones(3), 0.0, 0.0, np.nan), "got t=nan"),
        (lambda: twin_adaptive.adam_step(*[torch.ones(3)] * 4, math.nan), "got t=nan"),
        (
            lambda: opt.nesterov_step(np.ones(3), lambda w: w[:, None], 0.0, lr=0.1),
            r"grad has shape \(3, 1\)",
        ),
        (
            lambda: twin_opt.nesterov_step(torch.ones(3), lambda w: w[:, None], 0.0, lr=0.1),
            r"grad has shape \(3, 1\)",
        ),
        (
            lambda: opt.gradient_descent(lambda x: x[:, None], np.ones(3), 0.1, 2),
            r"grad has shape \(3, 1\)",
        ),
        (
            lambda: twin_opt.gradient_descent(lambda x: x[:, None], torch.ones(3), 0.1, 2),
            r"grad has shape \(3, 1\)",
        ),
        (lambda: opt.largest_stable_rate(np.ones((0, 0))), r"got shape \(0, 0\)"),
        (lambda: opt.momentum_step(np.ones(3), np.ones(2), 0.0, lr=0.1), r"g has shape \(2,\)"),
        (lambda: opt.sgd_step([np.ones(3)], [], 0.1), "1 parameters but 0 gradients"),
        (lambda: opt.sgd_step([np.ones(3)], [np.ones((3, 3))], 0.1), r"grads\[0\] has shape"),
        (lambda: opt.clip_by_norm([np.ones(2)], -1.0), "max_norm must be 0 or more, got -1.0"),
        (lambda: opt.clip_by_norm([np.array([np.nan])], 1.0), "norm nan"),
        (lambda: opt.largest_stable_rate(np.ones((2, 3))), r"got shape \(2, 3\)"),
        (lambda: opt.largest_stable_rate(np.array([[0.0, 1.0], [-1.0, 0.0]])), "symmetric"),
        (lambda: opt.largest_stable_rate(-np.eye(2)), "smallest eigenvalue is -1.0"),
        (lambda: opt.gradient_descent(np.sin, np.ones(2), 0.1, -1), "got -1"),
        (
            lambda: adaptive.adam_step_in_blocks(
                np.ones((2, 2)), np.ones((2, 2)), 0.0, 0.0, 1, out=[np.ones((2, 2)).T] * 3
            ),
            "C-contiguous",
        ),
    ],
)
def test_bad_input_is_quoted_back(call, quoted):
    with pytest.raises(ValueError, match=quoted):
        call()


def test_a_training_step_is_clipping_a_scheduler_and_adamw_of_torch():
    rng = np.random.default_rng(8)
    start, total, warm, peak = [rng.normal(size=(3, 2)), rng.normal(size=2)], 12, 3, 0.1
    ours = [start, [0 * w for w in start], [0 * w for w in start]]
    theirs = [torch.nn.Parameter(torch.tensor(w)) for w in start]
    torchs = torch.optim.AdamW(theirs, lr=0.0)
    for t in range(1, total + 1):
        grads = [rng.normal(scale=3, size=w.shape) for w in start]
        ours = list(adaptive.train_step(ours[0], grads, *ours[1:], t, peak, warm, total, 1.0))
        torchs.param_groups[0]["lr"] = (
            peak * t / warm if t < warm
            else peak * (1 + math.cos(math.pi * (t - warm) / (total - warm))) / 2
        )  # fmt: skip
        norm = math.sqrt(sum((g**2).sum() for g in grads))
        for parameter, g in zip(theirs, grads, strict=True):
            parameter.grad = torch.tensor(g / norm)  # all are longer than 1; without torch's 1e-6
        assert norm > 1
        torchs.step()
    for w, parameter in zip(ours[0], theirs, strict=True):
        np.testing.assert_allclose(w, parameter.detach().numpy(), rtol=1e-10)


def test_a_training_step_refuses_lists_of_different_lengths():
    one = [np.ones(2)]
    with pytest.raises(ValueError, match=r"got \[1, 2, 1, 1\]"):
        adaptive.train_step(one, one * 2, one, one, 1, 0.1, 1, 10, 1.0)


def test_clipping_by_value_turns_the_direction_where_clipping_by_norm_keeps_it():
    g = [np.array([3.0, 0.1])]
    np.testing.assert_allclose(opt.clip_by_value(g, 1.0)[0], [1.0, 0.1])
    shorter = opt.clip_by_norm(g, 1.0)[0]
    assert shorter[0] / shorter[1] == pytest.approx(30)
    with pytest.raises(ValueError, match="got 0"):
        opt.clip_by_value(g, 0)


def test_a_norm_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="max_norm must be 0 or more, got nan"):
        opt.clip_by_norm([[1.0]], float("nan"))


@pytest.mark.parametrize("array", [np.array, torch.tensor])
def test_clipping_keeps_its_digits_below_the_smallest_normal_number(array):
    world, kind = (opt, np.float32) if array is np.array else (twin_opt, torch.float32)
    [out] = world.clip_by_norm([array([3e10, 4e10], dtype=kind)], 1e-30)
    np.testing.assert_allclose(out, [0.6e-30, 0.8e-30], rtol=1e-6)
    kind = np.float64 if array is np.array else torch.float64
    [out] = world.clip_by_norm([array([3e300, 4e300], dtype=kind)], 1e-300)
    np.testing.assert_allclose(out, [0.6e-300, 0.8e-300], rtol=1e-15)


OTHERS = {
    "adam_step": (0.0, 0.0, 1),
    "amsgrad_step": (0.0, 0.0, 0.0, 1),
    "adamax_step": (0.0, 0.0, 1),
    "nadam_step": (0.0, 0.0, 1.0, 1),
    "adamw_step": (0.0, 0.0, 1),
}


@pytest.mark.parametrize("name", ["adam_step", "amsgrad_step", "adamax_step", "nadam_step"])
def test_adam_and_its_relatives_refuse_parameters_in_bfloat16(name):
    w = torch.ones(2, dtype=torch.bfloat16)
    with pytest.raises(ValueError, match=r"bfloat16.* keep weights in float32"):
        getattr(twin_adaptive, name)(w, w, *OTHERS[name])


def test_in_bfloat16_a_second_moment_would_not_fall():
    v = torch.ones(1, dtype=torch.bfloat16)  # why such parameters are refused
    assert 0.999 * v == v


@pytest.mark.parametrize("beta", [1.0, -0.1, float("nan"), "0.9", None])
@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("array", [np.array, torch.tensor])
def test_a_beta_outside_of_0_to_1_is_quoted_back(array, name, beta):
    step = getattr(adaptive if array is np.array else twin_adaptive, name)
    w = array([1.0])
    for which in ("beta1", "beta2"):
        with pytest.raises(ValueError, match=rf"{which} must lie in \[0, 1\), got {beta!r}"):
            step(w, w, *OTHERS[name], **{which: beta})
