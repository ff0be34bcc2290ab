"""A guess beside the truth: the truth is nowhere before there is a guess, in no text either."""

import matplotlib.pyplot as plt
import pytest

from dlcourse.plots.basic import described
from dlcourse.plots.guess import after, plot_guess


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    plt.close("all")


def labels(ax):
    """What stands beside each mark, and where the mark is."""
    marks = [(float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in ax.lines]
    return dict(zip([text.get_text() for text in ax.texts], marks, strict=True))


@pytest.mark.parametrize("log", [False, True])
def test_a_guess_stands_beside_the_truth(log):
    ax = plot_guess(1000, 533220, quantity="passes", log=log)
    assert {name: x for name, (x, _) in labels(ax).items()} == {
        "truth: 533,220": 533220,
        "you: 1,000": 1000,
    }


def test_a_guess_among_choices_stands_at_its_choice():
    ax = plot_guess("b1", "w1", quantity="parameter", choices=["w1", "b1"])
    assert {name: y for name, (_, y) in labels(ax).items()} == {"truth": 0, "you": 1}


@pytest.mark.parametrize(("guess", "truth"), [(0, 12), (12, 0), (0, 0), (-3, -7), (1, 100)])
@pytest.mark.parametrize("log", [False, True])
def test_no_mark_is_cut_at_an_end_of_the_axis(guess, truth, log):
    if log and min(guess, truth) <= 0:
        guess, truth = guess + 8, truth + 8
    ax = plot_guess(guess, truth, quantity="slope", log=log)
    ax.figure.draw_without_rendering()
    box = ax.get_window_extent()
    for line in ax.lines:
        x, y = ax.transData.transform((line.get_xdata()[0], line.get_ydata()[0]))
        assert box.x0 + 10 < x < box.x1 - 10
        assert box.y0 + 10 < y < box.y1 - 10


def test_where_guess_and_truth_are_0_the_axis_shows_what_was_possible():
    low, high = plot_guess(0, 0, quantity="of ten", within=(0, 10)).get_xlim()
    assert -1 < low < 0
    assert 10 < high < 11


@pytest.mark.parametrize("choices", [None, ["tanh", "ReLU, slope 1", "sigmoid", "none"]])
def test_a_guess_and_its_truth_fit_a_phone(choices):
    guess, truth = ("tanh", "none") if choices else (1000, 533220)
    ax = plot_guess(guess, truth, quantity="percentage right " * 4, choices=choices)
    [(bundle, metadata)] = described(ax).outputs
    assert metadata["image/png"]["width"] <= 340
    assert f"<p>{bundle['text/plain']}</p>" in bundle["text/html"]
    assert 'alt=""' in bundle["text/html"]


def words(ax):
    """All that a figure says."""
    said = [*ax.texts, ax.title, *ax.get_xticklabels(), *ax.get_yticklabels()]
    return " ".join(text.get_text() for text in said) + " " + ax.get_gid()


@pytest.mark.parametrize("log", [False, True])
def test_without_a_guess_the_truth_is_nowhere_and_the_figure_says_what_to_do(log):
    ax = plot_guess(..., 533220, quantity="passes", log=log)
    assert not ax.lines
    assert "Your guess: none yet. Write it below the question" in words(ax)
    assert "533" not in words(ax)


def test_without_a_guess_the_text_for_those_who_do_not_see_keeps_the_truth_back_too():
    [(bundle, metadata)] = described(plot_guess(..., 7, quantity="slope")).outputs
    assert bundle["text/plain"].startswith("Your guess: none yet.")
    assert "7" not in bundle["text/plain"] + metadata["image/png"]["alt"]


@pytest.mark.parametrize(
    ("guess", "truth", "settings", "says"),
    [
        (3, 7, {}, "Slope: your guess is 3, the truth is 7, which is 4 more."),
        (7.5, 7.0, {}, "Slope: your guess is 7.5, the truth is 7, which is 0.5 less."),
        (7, 7.0, {}, "Slope: your guess is 7, and so is the truth."),
        (
            10,
            90,
            {"log": True},
            "Slope: your guess is 10, the truth is 90, which is 9 times as large.",
        ),
        (
            100,
            10,
            {"log": True},
            "Slope: your guess is 100, the truth is 10, which is 10 times smaller.",
        ),
        (
            7.74e-9,
            2e-12,
            {"log": True},
            "Slope: your guess is 7.74e−09, the truth is 2e−12, which is 3,870 times smaller.",
        ),
        ("Up", "down", {"choices": ["up", "down"]}, "Slope: your guess is up, the truth is down."),
    ],
)
def test_the_figure_describes_itself_by_its_numbers(guess, truth, settings, says):
    assert described(plot_guess(guess, truth, quantity="slope", **settings)).text == says


def test_what_tells_a_truth_comes_after_the_guess_and_is_not_touched_then():
    kept_back = after(..., "the truth is 7")
    [(bundle, _)] = kept_back.outputs
    assert bundle == {"text/plain": repr(kept_back)}
    assert repr(kept_back).startswith("This comes after your guess. Write it below the question")
    for guess in (0, 7.5, "A", False):
        assert after(guess, "the truth is 7") == "the truth is 7"


def test_what_tells_a_truth_waits_until_the_reveal_takes_the_guess():
    plot_guess(140, 7, quantity="share", within=(0, 100))
    assert repr(after(140, "the truth is 7")).startswith("This comes after your guess.")
    plot_guess(14, 7, quantity="share", within=(0, 100))
    assert after(14, "the truth is 7") == "the truth is 7"
    plot_guess(140, 120, quantity="steps")  # of another question, where it can be right
    assert after(140, "the truth is 120") == "the truth is 120"


def test_a_text_that_could_tell_the_truth_is_refused():
    with pytest.raises(ValueError, match="describes itself"):
        described(plot_guess(3, 7, quantity="slope"), "Your guess beside the truth, seven.")


@pytest.mark.parametrize(
    ("guess", "settings", "remedy"),
    [
        ("many", {}, "not a number such as"),
        (float("inf"), {}, "not a number such as"),
        (0, {"log": True}, "the answer is above 0"),
        ("w3", {"choices": ["w1", "w2"]}, 'choose one of "w1", "w2"'),
        (3, {"choices": [1, 2]}, "choose one of 1, 2"),
        (120, {"within": (0, 100)}, "the answer lies between 0 and 100"),
        (-1, {"within": (0, 100)}, "the answer lies between 0 and 100"),
    ],
)
def test_a_guess_that_cannot_be_drawn_is_answered_with_a_remedy(guess, settings, remedy):
    truth = settings.get("choices", [7])[0]
    ax = plot_guess(guess, truth, quantity="slope", **settings)
    assert f"Your guess is {guess!r}" in words(ax)
    assert remedy in words(ax)
    assert not ax.lines


def test_a_choice_may_be_written_with_capitals_or_spaces():
    ax = plot_guess(" Rises", "falls", quantity="cost", choices=["falls", "rises"])
    assert {name: y for name, (_, y) in labels(ax).items()} == {"truth": 0, "you": 1}


def test_a_number_among_choices_may_be_written_with_a_point_or_without():
    for guess in (1, 1.0, "1"):
        ax = plot_guess(guess, 0.3, quantity="best rate", choices=[0.3, 1])
        assert ax.get_gid() == "Best rate: your guess is 1, the truth is 0.3."
