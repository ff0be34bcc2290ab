"""The training loop of both worlds: batches, history, early stopping, checkpoint and resume."""

import json
import math

import numpy as np
import pytest
import torch
from torch import nn

from dlcourse.data.sets import load_digits
from dlcourse.reference import checkpoints, training
from dlcourse.reference.losses import mse_loss, mse_loss_backward
from dlcourse.reference.network import backpropagate
from dlcourse.reference.optimizers import momentum_step
from dlcourse.twins import training as twin

torch.set_num_threads(1)


def blobs(n=60, seed=0):
    """Two noisy classes in the plane."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=n)
    return rng.normal(size=(n, 2)) + 2.0 * y[:, None], y


X, Y = blobs()
X_VAL, Y_VAL = blobs(40, seed=1)


def start(seed=2):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(2, 5)), rng.normal(size=(5, 2)), np.zeros(5), np.zeros(2)]


def gradients(params, X, y):
    loss, dWs, dbs = backpropagate(X, y, params[:2], params[2:])
    return loss, dWs + dbs


def val_loss(params):
    return gradients(params, X_VAL, Y_VAL)[0]


def run(epochs, **options):
    options = {"batch_size": 16, "rng": np.random.default_rng(3), "lr": 0.02} | options
    return training.fit(start(), gradients, X, Y, epochs=epochs, **options)


def with_momentum(w, g, state, t, lr):
    w, v = momentum_step(w, g, state[0] if state else 0.0, lr)
    return w, (v,)


# --- mini-batches --------------------------------------------------------------------------------
@pytest.mark.parametrize("world", ["reference", "twin"])
def test_minibatches_give_every_row_once_with_its_label(world):
    rows, labels = np.arange(23) * 10, np.arange(23)
    if world == "reference":
        batches = list(training.minibatches(rows, labels, 5, np.random.default_rng(0)))
    else:
        generator = torch.Generator().manual_seed(0)
        pairs = twin.minibatches(torch.tensor(rows), torch.tensor(labels), 5, generator)
        batches = [(a.numpy(), b.numpy()) for a, b in pairs]
    assert [len(b) for _, b in batches] == [5, 5, 5, 5, 3]
    seen = np.concatenate([b for _, b in batches])
    assert sorted(seen) == list(labels)
    assert list(seen) != list(labels)
    assert all(np.array_equal(a, 10 * b) for a, b in batches)


@pytest.mark.parametrize("module", [training, twin])
def test_rows_without_labels_are_refused(module):
    with pytest.raises(ValueError, match="3 rows, 2 labels"):
        next(module.minibatches(torch.zeros(3), torch.zeros(2), 2, None))


# --- the reference's loop ------------------------------------------------------------------------
def test_full_batch_sgd_through_fit_is_gradient_descent():
    target = np.array([1.0, -2.0, 0.5])
    rows = np.zeros((4, 1))

    def pull(params, X, y):
        return mse_loss(params[0], target), [mse_loss_backward(params[0], target)]

    (w,), history = training.fit(
        [np.zeros(3)], pull, rows, rows, epochs=30, batch_size=4, rng=np.random.default_rng(0),
        update=training.sgd, lr=0.3,
    )  # fmt: skip
    np.testing.assert_allclose(w, target * (1 - (1 - 0.2) ** 30), rtol=1e-12)
    assert history[0] == {"epoch": 0, "loss": mse_loss(np.zeros(3), target)}
    assert len(history) == 30


def test_the_history_weighs_a_short_batch_by_its_rows():
    def count(params, X, y):
        return float(np.mean(X)), [np.zeros(1)]

    rows = np.arange(5.0)[:, None]
    _, history = training.fit(
        [np.zeros(1)], count, rows, rows, epochs=1, batch_size=3, rng=np.random.default_rng(0)
    )
    assert history[0]["loss"] == pytest.approx(2.0, rel=1e-15)


def test_the_same_seed_gives_the_same_run_and_another_seed_another():
    first, again = run(2)[0], run(2)[0]
    other = run(2, rng=np.random.default_rng(4))[0]
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_training_leaves_the_given_parameters_alone():
    given = start()
    training.fit(
        given, gradients, X, Y, epochs=2, batch_size=16, rng=np.random.default_rng(3), lr=0.1
    )
    assert all(np.array_equal(a, b) for a, b in zip(given, start(), strict=True))


def test_a_schedule_sees_the_steps_taken_so_far():
    asked = []

    def schedule(step):
        asked.append(step)
        return 0.01

    run(2, lr=schedule)
    assert asked == list(range(8))  # 60 rows in batches of 16, twice


def test_the_bar_is_given_the_epochs():
    seen = []

    def bar(epochs):
        for epoch in epochs:
            seen.append(epoch)
            yield epoch

    run(3, progress=bar)
    assert seen == [0, 1, 2]


def scripted(values):
    """A validation loss that follows a script and remembers the parameters it was asked about."""
    asked = []

    def ask(params):
        asked.append(params)
        return values[len(asked) - 1]

    return ask, asked


def assert_same_arrays(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


def test_early_stopping_returns_the_best_parameters_not_the_last():
    ask, asked = scripted([3.0, 1.0, 2.0, 1.0, 5.0, 0.0])
    params, history = run(6, val_loss=ask, patience=3)
    assert [entry["val_loss"] for entry in history] == [3.0, 1.0, 2.0, 1.0, 5.0]
    assert_same_arrays(params, asked[1])  # a tie is not better


def test_without_patience_all_epochs_run_and_the_best_still_comes_back():
    ask, asked = scripted([3.0, math.nan, 2.0, 4.0])
    params, history = run(4, val_loss=ask)
    assert len(history) == 4
    assert_same_arrays(params, asked[2])


@pytest.mark.parametrize("losses", [[math.nan, 2.0, 1.0], [math.inf, 2.0, 1.0]])
def test_a_first_validation_loss_that_is_no_number_ends_no_run(losses, tmp_path):
    ask, asked = scripted(losses)
    params, history = run(3, val_loss=ask, patience=2, checkpoint=tmp_path / "run.npz")
    assert [entry["val_loss"] for entry in history][1:] == losses[1:]
    assert_same_arrays(params, asked[2])


def test_labels_may_be_a_list_and_counts_are_whole_numbers():
    params, _ = run(1)
    options = {"batch_size": 16, "rng": np.random.default_rng(3), "lr": 0.02}
    ours, _ = training.fit(start(), gradients, X, list(Y), epochs=1, **options)
    assert_same_arrays(params, ours)
    with pytest.raises(ValueError, match=r"batch_size must be a whole number from 1; got 2\.5"):
        run(1, batch_size=2.5)
    with pytest.raises(ValueError, match=r"epochs must be a whole number from 0; got 2\.5"):
        run(2.5)
    with pytest.raises(ValueError, match=r"epochs must be a whole number from 0; got 2\.5"):
        run_twin(2.5, make_model())


def test_patience_ends_a_run_whose_validation_losses_are_all_nan():
    ask, asked = scripted([math.nan] * 9)
    with pytest.raises(ValueError, match="nan in all epochs up to 2, and none can be the best"):
        run(9, val_loss=ask, patience=2)
    assert len(asked) == 3


@pytest.mark.parametrize("update", [training.sgd, training.adam, with_momentum])
def test_a_resumed_run_ends_where_an_uninterrupted_one_does(tmp_path, update):
    options = {"update": update, "val_loss": val_loss}
    whole, history = run(7, **options)
    run(3, **options, checkpoint=tmp_path / "run.npz")
    other_seed = np.random.default_rng(99)  # overruled by the checkpoint
    resumed, continued = run(7, **options, checkpoint=tmp_path / "run.npz", rng=other_seed)
    assert all(np.array_equal(a, b) for a, b in zip(whole, resumed, strict=True))
    assert continued == history


def test_resuming_keeps_float32(tmp_path):
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(8, 3)).astype(np.float32)

    def pull(params, X, y):
        return float(np.mean((params[0] - y) ** 2)), [(params[0] - y.mean(axis=0))]

    for epochs in (2, 4):
        (w,), _ = training.fit(
            [np.zeros(3, np.float32)], pull, rows, rows, epochs=epochs, batch_size=4, rng=rng,
            checkpoint=tmp_path / "run.npz",
        )  # fmt: skip
    assert w.dtype == np.float32


def test_a_run_that_had_stopped_early_stays_stopped(tmp_path):
    ask, _ = scripted([1.0, 2.0, 3.0, 4.0, 5.0])
    path = tmp_path / "run.npz"
    stopped, history = run(9, val_loss=ask, patience=2, checkpoint=path)
    again, same = run(9, val_loss=ask, patience=2, checkpoint=path)
    assert len(history) == 3
    assert same == history
    assert all(np.array_equal(a, b) for a, b in zip(stopped, again, strict=True))


def test_a_checkpoint_is_plain_data_and_replaces_the_old_one_whole(tmp_path):
    path = tmp_path / "run.npz"
    run(1, checkpoint=path)
    assert [p.name for p in tmp_path.iterdir()] == ["run.npz"]
    with np.load(path, allow_pickle=False) as saved:
        facts = json.loads(str(saved["facts"]))
    assert facts["t"] == 4


def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    run(1, checkpoint=tmp_path / "run.npz")
    with pytest.raises(ValueError, match="name another file or delete it"):
        training.fit(
            [np.zeros(3)], gradients, X, Y, epochs=2, batch_size=4,
            rng=np.random.default_rng(0), checkpoint=tmp_path / "run.npz",
        )  # fmt: skip


def test_a_loss_that_is_not_finite_ends_the_run():
    with pytest.raises(ValueError, match="the loss is nan in epoch 0"):
        training.fit(
            [np.zeros(1)], lambda *_: (math.nan, [np.zeros(1)]), X, Y,
            epochs=2, batch_size=16, rng=np.random.default_rng(0),
        )  # fmt: skip


def sgd_in_place(w, g, state, t, lr):
    w -= lr * g
    return w, state


def test_an_update_in_place_keeps_the_best_parameters_and_the_given_ones():
    given, losses = [np.zeros(1)], iter([1.0, 2.0, 3.0])
    best, _ = training.fit(
        given, lambda *_: (1.0, [np.ones(1)]), X, Y, epochs=3, batch_size=len(X),
        rng=np.random.default_rng(0), update=sgd_in_place, lr=1.0, val_loss=lambda p: next(losses),
    )  # fmt: skip
    assert (best[0].item(), given[0].item()) == (-1, 0)


def test_too_few_gradients_are_told():
    with pytest.raises(ValueError, match="1 arrays for 2 parameters: return one for each"):
        training.fit(
            [np.zeros(1), np.zeros(1)], lambda *_: (1.0, [np.ones(1)]), X, Y,
            epochs=1, batch_size=16, rng=np.random.default_rng(0),
        )  # fmt: skip


@pytest.mark.parametrize("damage", [lambda b: b"", lambda b: b[:200], lambda b: b"text"])
def test_a_damaged_checkpoint_is_named(tmp_path, damage):
    path = tmp_path / "run.npz"
    run(1, checkpoint=path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=r"run\.npz is damaged .* delete it") as error:
        run(2, checkpoint=path)
    assert "pickle" not in str(error.value)


def test_a_checkpoint_in_another_type_is_refused(tmp_path):
    path, rng = tmp_path / "run.npz", np.random.default_rng(0)
    checkpoints.save_checkpoint(path, checkpoints.Run([np.ones(2)], [np.ones(2)], [()]), rng)
    narrow = [np.ones(2, np.float32)]
    with pytest.raises(ValueError, match=r"types \['float64'\], the network has \['float32'\]"):
        checkpoints.load_checkpoint(path, checkpoints.Run(narrow, narrow, [()]), rng)


def test_a_patience_of_no_epoch_is_refused():
    with pytest.raises(ValueError, match="1 epoch or more, got 0"):
        run(1, patience=0, val_loss=val_loss)
    with pytest.raises(ValueError, match="1 epoch or more, got nan"):
        run(1, patience=math.nan, val_loss=val_loss)
    with pytest.raises(ValueError, match="1 epoch or more, got 0"):
        run_twin(1, make_model(), patience=0, validation=(ROWS, LABELS))


def test_patience_without_anything_to_watch_is_refused():
    with pytest.raises(ValueError, match="patience=3 needs"):
        run(1, patience=3)


# --- the twin's loop -----------------------------------------------------------------------------
ROWS, LABELS = torch.tensor(X, dtype=torch.float32), torch.tensor(Y)
VALIDATION = torch.tensor(X_VAL, dtype=torch.float32), torch.tensor(Y_VAL)


def make_model(dropout=0.0):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Dropout(dropout), nn.Linear(8, 2))


def test_a_first_validation_loss_that_is_nan_ends_no_run_of_the_twin():
    script = iter([math.nan, 2.0, 1.0])

    def loss(out, y):
        return twin.cross_entropy(out, y) if out.requires_grad else torch.tensor(next(script))

    history, _ = run_twin(3, make_model(), loss=loss, validation=(ROWS, LABELS))
    assert [entry["val_loss"] for entry in history][1:] == [2.0, 1.0]


def run_twin(epochs, model, seed=1, **options):
    rng = torch.Generator().manual_seed(seed)
    history = twin.fit_module(model, ROWS, LABELS, epochs=epochs, batch_size=16, rng=rng, **options)
    return history, [p.detach().clone() for p in model.parameters()]


def test_twin_and_reference_walk_the_same_path(monkeypatch):
    order = np.random.default_rng(0).permutation(len(X))
    monkeypatch.setattr(torch, "randperm", lambda n, generator: torch.tensor(order))

    class Fixed:
        bit_generator = None

        def permutation(self, n):
            return order

    model = nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 2)).double()
    W1, W2, b1, b2 = start()
    with torch.no_grad():
        for layer, W, b in ((model[0], W1, b1), (model[2], W2, b2)):
            layer.weight.copy_(torch.tensor(W.T))
            layer.bias.copy_(torch.tensor(b))
    theirs = twin.fit_module(
        model, torch.tensor(X), LABELS, epochs=5, batch_size=16, rng=None,
        optimizer=torch.optim.Adam(model.parameters(), lr=0.02),
    )  # fmt: skip
    params, ours = run(5, rng=Fixed())
    np.testing.assert_allclose(model[0].weight.detach().numpy().T, params[0], rtol=1e-10)
    np.testing.assert_allclose([h["loss"] for h in theirs], [h["loss"] for h in ours], rtol=1e-10)


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_a_resumed_twin_ends_where_an_uninterrupted_one_does(tmp_path, dropout):
    path = tmp_path / "run.pt"
    options = {"validation": VALIDATION, "patience": 9, "schedule": lambda step: 0.1 / (step + 1)}
    history, whole = run_twin(6, make_model(dropout), **options)
    run_twin(2, make_model(dropout), **options, checkpoint=path)
    continued, resumed = run_twin(6, make_model(dropout), seed=99, **options, checkpoint=path)
    assert continued == history
    assert all(torch.equal(a, b) for a, b in zip(whole, resumed, strict=True))


def test_the_twin_ends_with_the_best_weights():
    seen = []

    class Script(nn.Module):
        """Counts its epochs; the second one has the lowest validation loss."""

        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.zeros(1))

        def forward(self, x):
            if not self.training:
                seen.append(float(self.w.detach()))
            return self.w.expand(len(x), 1)

    def loss(outputs, y):
        if torch.is_grad_enabled():
            return outputs.mean()
        return torch.tensor([3.0, 1.0, 2.0, 4.0][len(seen) - 1])

    model = Script()
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    history, (w,) = run_twin(
        9, model, loss=loss, optimizer=optimizer, validation=VALIDATION, patience=2
    )
    assert [h["val_loss"] for h in history] == [3.0, 1.0, 2.0, 4.0]
    assert w.item() == seen[1]


def test_validation_runs_in_evaluation_mode_and_training_in_training_mode():
    modes = set()

    class Mode(nn.Linear):
        def forward(self, x):
            modes.add((self.training, torch.is_grad_enabled()))
            return super().forward(x)

    run_twin(1, Mode(2, 2), validation=VALIDATION)
    assert modes == {(True, True), (False, False)}


def test_mixed_precision_computes_in_bfloat16_and_keeps_float32_weights():
    kinds = set()
    model = make_model()
    model[0].register_forward_hook(lambda module, args, out: kinds.add(out.dtype))
    history, params = run_twin(3, model, amp=torch.bfloat16)
    assert kinds == {torch.bfloat16}
    assert {p.dtype for p in params} == {torch.float32}
    assert history[-1]["loss"] < history[0]["loss"]


class Several(nn.Module):
    """Returns its outputs in a structure of its own."""

    def __init__(self, structure):
        super().__init__()
        self.layer, self.structure = nn.Linear(2, 2), structure

    def forward(self, x):
        return self.structure(self.layer(x))


@pytest.mark.parametrize(
    ("structure", "first", "kind"),
    [
        (lambda out: [out, out], lambda outputs: outputs[0], torch.float32),
        (lambda out: (out, (out, out)), lambda outputs: outputs[0], torch.bfloat16),
        (lambda out: {"scores": out}, lambda outputs: outputs["scores"], torch.bfloat16),
    ],
    ids=["list", "nested", "by name"],
)
def test_a_network_may_return_more_than_one_tensor(structure, first, kind):
    kinds = set()

    def loss(outputs, y):
        kinds.add(first(outputs).dtype)
        return twin.cross_entropy(first(outputs), y)

    run_twin(1, Several(structure), loss=loss, amp=torch.bfloat16)
    assert kinds == {kind}


def test_a_checkpoint_of_another_network_is_refused_by_the_twin(tmp_path):
    run_twin(1, make_model(), checkpoint=tmp_path / "run.pt")
    with pytest.raises(ValueError, match=r"run\.pt is of another network: name another file"):
        run_twin(2, nn.Linear(2, 2), checkpoint=tmp_path / "run.pt")


def test_a_checkpoint_from_before_there_were_processes_goes_on(tmp_path):
    path = tmp_path / "run.pt"
    _, whole = run_twin(4, make_model(0.5))
    run_twin(2, make_model(0.5), checkpoint=path)
    saved = torch.load(path, weights_only=True)
    torch.save(saved | {"torch_rng": saved["torch_rng"][0]}, path)
    _, resumed = run_twin(4, make_model(0.5), checkpoint=path)
    assert all(map(torch.equal, whole, resumed))


def test_channels_last_changes_the_memory_and_not_the_result():
    torch.manual_seed(0)
    images, labels = torch.randn(12, 3, 6, 6), torch.randint(2, (12,))
    results, strides = [], set()
    for channels_last in (False, True):
        torch.manual_seed(1)
        model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(64, 2))
        model[0].register_forward_hook(lambda m, args, out: strides.add(args[0].stride()))
        rng = torch.Generator().manual_seed(0)
        twin.fit_module(
            model, images, labels, epochs=2, batch_size=4, rng=rng, channels_last=channels_last
        )
        results.append(model[2].weight.detach())
    assert strides == {(108, 36, 6, 1), (108, 1, 18, 3)}
    torch.testing.assert_close(*results, rtol=1e-4, atol=1e-5)


def test_the_compiled_model_is_the_one_that_runs(monkeypatch):
    asked = []

    def compiled(model, backend):
        asked.append(backend)
        return lambda x: model(x)

    monkeypatch.setattr(torch, "compile", compiled)
    _, params = run_twin(1, make_model(), compile_with="inductor")
    _, plain = run_twin(1, make_model())
    assert asked == ["inductor"]
    assert all(torch.equal(a, b) for a, b in zip(params, plain, strict=True))


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
@pytest.mark.parametrize("amp", [None, torch.bfloat16, torch.float16])
def test_the_twin_trains_and_resumes_on_a_gpu(tmp_path, amp):
    path = tmp_path / "run.pt"
    options = {"device": "cuda", "amp": amp, "validation": VALIDATION}
    history, whole = run_twin(4, make_model(0.3), **options)
    run_twin(2, make_model(0.3), **options, checkpoint=path)
    _, resumed = run_twin(4, make_model(0.3), **options, checkpoint=path)
    assert history[-1]["loss"] < history[0]["loss"]
    assert all(p.is_cuda for p in whole)
    torch.testing.assert_close(resumed, whole)


def test_the_twin_refuses_patience_without_validation_and_a_loss_that_is_not_finite():
    with pytest.raises(ValueError, match="patience=3 needs"):
        run_twin(1, make_model(), patience=3)
    with pytest.raises(ValueError, match="the loss is nan in epoch 0"):
        run_twin(1, make_model(), loss=lambda out, y: out.sum() * math.nan)


def test_training_on_no_rows_is_refused():
    with pytest.raises(ValueError, match="X has no rows"):
        training.fit(
            start(), gradients, X[:0], Y[:0], epochs=1, batch_size=4, rng=np.random.default_rng(0)
        )
    with pytest.raises(ValueError, match="X has no rows"):
        twin.fit_module(make_model(), ROWS[:0], LABELS[:0], epochs=1, batch_size=4, rng=None)


# --- the contract --------------------------------------------------------------------------------
def test_the_classifier_learns_the_digits():
    digits = load_digits(flat=True, dtype=np.float64)
    arguments = {"hidden": [64], "epochs": 12, "batch_size": 32, "lr": 0.3}
    ours = training.train_classifier(
        digits.X_train, digits.y_train, **arguments, rng=np.random.default_rng(0)
    )
    theirs = twin.train_classifier(
        torch.tensor(digits.X_train), torch.tensor(digits.y_train), **arguments,
        rng=torch.Generator().manual_seed(0),
    )  # fmt: skip
    predicted = ours(digits.X_test)
    assert predicted.dtype.kind == "i"
    assert np.mean(predicted == digits.y_test) > 0.93
    assert np.mean(theirs(torch.tensor(digits.X_test)).numpy() == digits.y_test) > 0.93


def test_a_classifier_without_hidden_layers_is_softmax_regression():
    predict = training.train_classifier(X, Y, [], 30, 16, 0.3, np.random.default_rng(0))
    assert np.mean(predict(X_VAL) == Y_VAL) > 0.85


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")  # inductor's own imports
def test_inductor_compiles_the_model_and_training_goes_on_as_before():
    history, params = run_twin(2, make_model(), compile_with="inductor", validation=VALIDATION)
    plain_history, plain = run_twin(2, make_model(), validation=VALIDATION)
    torch.testing.assert_close(params, plain, rtol=1e-4, atol=1e-5)
    assert history[-1]["val_loss"] == pytest.approx(plain_history[-1]["val_loss"], rel=1e-4)


# --- what has gone wrong for users ----------------------------------------------------------------
@pytest.mark.parametrize(("n", "sizes"), [(33, [16, 17]), (34, [16, 16, 2]), (1, [1]), (0, [])])
def test_a_last_batch_of_one_joins_the_one_before_where_that_is_asked(n, sizes):
    rows = np.arange(n)
    batches = training.minibatches(rows, rows, 16, np.random.default_rng(0), merge_last_one=True)
    assert [len(b) for b, _ in batches] == sizes
    generator = torch.Generator().manual_seed(0)
    rows = torch.arange(n)
    assert [len(b) for b, _ in twin.minibatches(rows, rows, 16, generator, True)] == sizes


def test_batches_of_one_stay_if_one_is_the_size():
    rows, rng = np.arange(3), np.random.default_rng(0)
    batches = list(training.minibatches(rows, rows, 1, rng, merge_last_one=True))
    assert [len(b) for b, _ in batches] == [1, 1, 1]


def test_a_network_with_batch_norm_trains_on_one_row_more_than_whole_batches():
    model = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    history = twin.fit_module(
        model, torch.tensor(X[:33], dtype=torch.float32), torch.tensor(Y[:33]),
        epochs=2, batch_size=16, rng=torch.Generator().manual_seed(0),
    )  # fmt: skip
    assert [entry["epoch"] for entry in history] == [0, 1]
    sizes = []

    def counted(params, X, y):
        sizes.append(len(X))
        return gradients(params, X, y)

    training.fit(start(), counted, X[:33], Y[:33], epochs=1, batch_size=16,
                 rng=np.random.default_rng(0))  # fmt: skip
    assert sizes == [16, 17]


def test_a_run_resumed_with_validation_counts_from_where_it_began_to_validate(tmp_path):
    path = tmp_path / "run.npz"
    run(2, checkpoint=path)
    params, history = run(5, checkpoint=path, val_loss=val_loss, patience=9)
    assert ["val_loss" in entry for entry in history] == [False, False, True, True, True]
    best = min(history[2:], key=lambda entry: entry["val_loss"])
    assert val_loss(params) == best["val_loss"]


def test_a_module_resumed_with_validation_and_one_resumed_without(tmp_path):
    def fit(epochs, **options):
        torch.manual_seed(5)
        model = nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 2)).double()
        history = twin.fit_module(
            model, torch.tensor(X), torch.tensor(Y), epochs=epochs, batch_size=16,
            rng=torch.Generator().manual_seed(0), **options,
        )  # fmt: skip
        return history, [p.detach().clone() for p in model.parameters()]

    rows = torch.tensor(X_VAL), torch.tensor(Y_VAL)
    with_path = {"checkpoint": tmp_path / "late.pt"}
    fit(2, **with_path)
    history, _ = fit(4, validation=rows, patience=9, **with_path)
    assert ["val_loss" in entry for entry in history] == [False, False, True, True]

    with_path = {"checkpoint": tmp_path / "early.pt"}
    fit(2, validation=rows, **with_path)
    _, resumed = fit(4, **with_path)  # without validation: the last weights, not the best of before
    _, whole = fit(4)
    for a, b in zip(resumed, whole, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


@pytest.mark.parametrize("kind", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_a_run_with_any_bit_generator_goes_on_to_the_last_bit(tmp_path, kind):
    def rng():
        return np.random.Generator(getattr(np.random, kind)(7))

    whole, _ = run(4, rng=rng())
    path = tmp_path / "run.npz"
    run(2, rng=rng(), checkpoint=path)
    resumed, _ = run(4, rng=rng(), checkpoint=path)
    for a, b in zip(whole, resumed, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_checkpoint_of_another_optimizer_is_refused_by_name(tmp_path):
    path = tmp_path / "run.npz"
    run(1, update=training.adam, checkpoint=path)
    with pytest.raises(ValueError, match=r"optimizer 'adam', got 'with_momentum'"):
        run(2, update=with_momentum, checkpoint=path)
    with pytest.raises(ValueError, match=r"optimizer 'adam', got 'sgd'"):
        run(2, update=training.sgd, checkpoint=path)
    run(2, update=training.adam, checkpoint=path)


def test_a_checkpoint_of_another_optimizer_is_refused_by_the_twin_and_changes_no_weight(tmp_path):
    path = tmp_path / "run.pt"
    first = make_model(0.0)
    run_twin(1, first, checkpoint=path, optimizer=torch.optim.SGD(first.parameters(), lr=0.1))
    model = make_model(0.0)
    before = [p.detach().clone() for p in model.parameters()]
    with pytest.raises(ValueError, match="optimizer SGD, got AdamW"):
        run_twin(2, model, checkpoint=path, optimizer=torch.optim.AdamW(model.parameters()))
    assert all(map(torch.equal, before, model.parameters()))


@pytest.mark.parametrize("content", [b"", b"no zip file", "a tensor", "of something else"])
def test_a_damaged_checkpoint_of_the_twin_is_named(tmp_path, content):
    path = tmp_path / "run.pt"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(torch.ones(2) if content == "a tensor" else {"model": {}}, path)
    with pytest.raises(ValueError, match=r"run\.pt is damaged or no checkpoint"):
        run_twin(1, make_model(), checkpoint=path)


@pytest.mark.parametrize("damage", ["300 bytes left", "half of it left", "one byte changed"])
def test_a_checkpoint_that_was_cut_or_changed_is_named(tmp_path, damage):
    path = tmp_path / "run.pt"
    model = make_model()
    run_twin(1, model, checkpoint=path)
    whole = path.read_bytes()
    weight = next(p for p in model.parameters() if p.dim() == 2).detach().numpy().tobytes()
    at = whole.index(weight)
    changed = whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :]
    cut = {"300 bytes left": whole[:300], "half of it left": whole[: len(whole) // 2]}
    path.write_bytes(cut.get(damage, changed))
    with pytest.raises(ValueError, match=r"run\.pt is damaged or no checkpoint"):
        run_twin(2, make_model(), checkpoint=path)


def test_a_checkpoint_of_another_bit_generator_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    run(1, rng=np.random.Generator(np.random.MT19937(0)), checkpoint=path)
    with pytest.raises(ValueError, match=r"state of a MT19937, got a PCG64"):
        run(2, checkpoint=path)


def test_a_checkpoint_in_a_folder_that_does_not_exist_is_refused_with_its_path(tmp_path):
    path = tmp_path / "missing" / "run.npz"
    with pytest.raises(ValueError, match=r"missing.run\.npz lies in a folder that does not"):
        checkpoints.save_checkpoint(
            path, checkpoints.Run([np.ones(2)], [np.ones(2)], [()]), np.random.default_rng(0)
        )
