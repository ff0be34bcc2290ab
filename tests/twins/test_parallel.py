"""Two processes train as one: one launch of `shared_runs.py`, beside the same runs in this one."""

import os
import subprocess
import sys

import pytest
import shared_runs
import torch

LAUNCH = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", "--standalone"]


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    return shared_runs.everything(tmp_path_factory.mktemp("one"))


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    return beside(tmp_path_factory.mktemp("two"))


def beside(folder, *arguments):
    """Run two processes in a folder, one beside the other; return what the first kept."""
    command = [sys.executable, shared_runs.__file__, folder, *arguments]
    workers = [
        subprocess.Popen(
            command, env=os.environ | {"RANK": rank, "WORLD_SIZE": "2"}, stderr=subprocess.PIPE
        )
        for rank in "01"
    ]
    told = [worker.communicate(timeout=240)[1].decode() for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], "\n".join(told)[-4000:]
    assert not list(folder.glob("*.part"))
    return torch.load(folder / "results.pt", weights_only=True) | {"folder": folder}


def assert_same_run(ours, theirs, rtol=1e-10):
    (history, state), (their_history, their_state) = ours, theirs
    assert [entry.keys() for entry in history] == [entry.keys() for entry in their_history]
    for entry, other in zip(history, their_history, strict=True):
        assert entry == pytest.approx(other, rel=rtol)
    assert state.keys() == their_state.keys()
    for name in state:
        torch.testing.assert_close(state[name], their_state[name], rtol=rtol, atol=rtol / 100)


@pytest.mark.parametrize(
    "name",
    [
        "a last batch of one row",
        "uneven shares",
        "batches of fewer rows than processes",
        "pieces",
    ],
)
def test_two_processes_give_the_losses_weights_and_running_statistics_of_one(one, two, name):
    assert_same_run(two["runs"][name], one["runs"][name])


@pytest.mark.long
def test_batch_norms_of_two_processes_under_torch_compile_give_the_run_without_it(tmp_path):
    runs = beside(tmp_path, "compiled")
    assert_same_run(runs["eager"], runs[None])


def test_two_processes_evaluate_as_one(one, two):
    assert two["means"] == pytest.approx(one["means"], rel=1e-12)
    assert 0 < one["means"]["accuracy"] < 1


def test_each_process_draws_on_its_own_dropout_after_a_break(one, two):
    for whole, resumed in (one["resumed"], two["resumed"]):
        assert resumed[0] == whole[0]
        assert all(torch.equal(resumed[1][name], whole[1][name]) for name in whole[1])
    assert two["resumed"][0][0][-1]["loss"] != pytest.approx(one["resumed"][0][0][-1]["loss"])


def test_a_run_of_two_processes_goes_on_in_one(two):
    resumed = shared_runs.run(31, 8, epochs=4, seed=99, checkpoint=two["folder"] / "half.pt")
    assert_same_run(resumed, shared_runs.run(31, 8, epochs=4))


def test_losses_are_in_float32_where_layers_compute_in_bfloat16(one, two):
    for seen, losses in (one["kinds"], two["kinds"]):
        assert seen == ["('layer', torch.bfloat16)", "('loss', torch.float32)"]
        assert losses[-1] < losses[0]


def test_the_first_process_alone_shows_and_tells(one, two):
    (calls,), _ = one["told"]
    assert calls == [2, 8, 8, 8, 9, 0, 8, 8, 8, 9, 1]
    assert two["told"][0] == [calls, []]


def test_processes_with_different_seeds_are_refused(one, two):
    assert one["told"][1] == ""
    assert "the state of rng must be the same in all processes, got" in two["told"][1]


def test_pieces_add_up_to_the_gradient_of_the_whole_batch():
    plain = [shared_runs.network(norm=False) for _ in range(2)]
    whole = shared_runs.run(40, 13, model=plain[0])
    assert_same_run(shared_runs.run(40, 13, model=plain[1], accumulate=4), whole)


def test_a_count_of_pieces_below_one_is_refused():
    with pytest.raises(ValueError, match="accumulate must be a whole number from 1; got 0"):
        shared_runs.run(40, 13, accumulate=0)
