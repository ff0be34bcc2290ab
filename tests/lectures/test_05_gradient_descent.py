"""Lecture 05: every claim of `lecture_claims`, on one run; its stored trainings."""

import numpy as np
import pytest
import torch
from lecture_claims import LectureClaims
from stored_results import script, stored


class TestLecture05(LectureClaims):
    name = "05_gradient_descent"


@pytest.fixture(scope="module")
def run():
    return script("batches")


def test_the_stored_table_holds_what_its_script_measures(run):
    jobs = {f"rows: {size}" for size in run["SIZES"]} | {"jumps"}
    jobs |= {f"data: {count}, {wrong:.0%} wrong" for wrong, count in run["DATA"]}
    assert stored("batches").keys() == jobs


def test_no_rate_that_was_chosen_for_a_batch_size_lies_at_its_grid_s_edge(run):
    for size, (rates, most) in run["SIZES"].items():
        for row in stored("batches")[f"rows: {size}"]:
            assert set(row["rates"]) <= set(rates[1:-1]), (size, row["bar"])
            assert max(row["epochs"]) < most
            assert len(row["epochs"]) == run["SEEDS"]


def test_an_update_of_the_lanes_is_that_of_the_lecture(run):
    from dlcourse.reference import network, optimizers

    (X, y), net = run["digits"](), run["networks"](1)
    rows = torch.arange(32).repeat(run["SEEDS"], 1)
    before = [part[3].double().numpy() for part in net]
    run["step"](net, X[rows], y[rows], 0.3)
    W1, W2, b1, b2 = before
    params = [W1, W2, b1[0], b2[0]]
    x, t = X[:32].double().numpy(), y[:32].numpy()
    _, dWs, dbs = network.backpropagate(x, t, params[:2], params[2:])
    for ours, due in zip(net, optimizers.sgd_step(params, dWs + dbs, 0.3), strict=True):
        np.testing.assert_allclose(ours[3].numpy().reshape(due.shape), due, atol=1e-5)


def test_64_rows_a_step_reach_the_first_bar_when_the_table_says(run):
    run["rows_to_bars"].__globals__["SIZES"] = {64: ((1.0,), 1)}
    epochs = run["rows_to_bars"](64)[0, 0]
    np.testing.assert_allclose(epochs, stored("batches")["rows: 64"][0]["epochs"], atol=0.1)
