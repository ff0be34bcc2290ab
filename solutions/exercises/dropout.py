import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Dropout
#
# In training, drop each element of `x` with probability `p`, $0 \le p < 1$, each on its own, and
# scale what is kept by $1/(1-p)$ (inverted dropout), so that the expectation stays $x$. Return
# `(out, mask)`: the mask is what `x` is multiplied by, 0 or $1/(1-p)$. At test time
# (`train=False`) nothing is dropped and the mask is all ones. All randomness comes from `rng`.

# %% [markdown] tags=["hint"]
# Take ones of shape (1000, 1000) and p = 0.2 and print three numbers: the share of zeros in the
# mask, its largest entry, and the mean of `out`. They should be near 0.2, 1.25 and 1.


# %% tags=["solution"]
def dropout(x, p, rng, train=True):
    """Return (out, mask): `x` times a random mask in training, `x` unchanged at test time."""
    if not train:
        return x.copy(), np.ones_like(x)
    mask = (rng.random(x.shape) >= p).astype(x.dtype) / (1 - p)
    return x * mask, mask


# %% tags=["probe"]
def collect(fn, case):
    x, p, train, seed = case
    how = () if train else (False,)  # training is the default
    runs = [fn(x, p, np.random.default_rng(s), *how) for s in (seed, seed, seed + 1)]
    if not all(isinstance(run, list | tuple) and len(run) == 2 for run in runs):
        first = runs[0]
        return {"odd": first} if isinstance(first, dict) else first
    more = [fn(x, p, np.random.default_rng(s), *how)[1] for s in range(seed + 2, seed + 26)]
    kept = [np.atleast_1d(np.not_equal(mask, 0)) for mask in more]
    return {"runs": runs, "kept": [np.packbits(mask) for mask in kept]}


def judge(case, raw):
    x, p, train, _ = case
    assert isinstance(raw, dict), "a pair (out, mask)"
    assert "odd" not in raw, "a pair (out, mask)"
    (out, mask), (_, again), (_, other) = [map(np.asarray, run) for run in raw["runs"]]
    for name, array in {"out": out, "mask": mask}.items():
        assert array.dtype.kind in "biuf", "a pair (out, mask) of numbers"
        if array.shape != x.shape:
            return {f"shape of {name}": (f"{array.shape}", f"{x.shape}")}
    scale, due = (1 / (1 - p), 1 - p) if train else (1.0, 1.0)
    told = numbers_in(x, out, mask, 1 if due == 1 else 2)
    if any(value != expected for value, expected in told.values()):
        return told
    kept = [np.unpackbits(np.asarray(bits)) for bits in raw["kept"]]
    assert [len(bits) for bits in kept] == [-(-x.size // 8) * 8] * 24, f"masks of shape {x.shape}"
    kept = [bits[: x.size].reshape(x.shape).astype(bool) for bits in kept]
    masks = [mask != 0, other != 0, *kept[:6]]
    assert other.shape == x.shape, f"masks of shape {x.shape}"
    told = alike(mask, masks) if due < 1 else {}
    if any(value > most for value, _, most in told.values()):
        return told  # what has drawn less than a number for each element may keep any share
    eps = max(float(np.finfo(a.dtype).eps) for a in (x, out, mask) if a.dtype.kind == "f")
    rounding = 10 * eps * np.abs(x).max() * scale
    return {
        **shares(masks, p, due),
        **(spread(kept) if due < 1 else {}),
        "scale of what is kept": (np.asarray(mask.max()), np.asarray(scale, x.dtype)),
        "out minus x * mask": (np.abs(out - x * mask).max(), None, rounding),
        "same seed, same mask": (np.array_equal(mask, again), True),
        "other seed, same mask": (np.array_equal(mask, other), due == 1),
    }


def numbers_in(x, out, mask, due):
    """Which numbers a mask holds: 0 and the scale, or a single one."""
    if np.isnan(mask).any():
        return {"entries of the mask that are nan": ("some", "none")}
    values = len(np.unique(np.round(mask.astype(float), 4)))
    numbers = {"values in the mask": (f"{values}" if values < 3 else "more than 2", f"{due}")}
    if values > 2:
        numbers["the mask is x * out"] = (np.allclose(mask, x * out), False)
    return numbers


def alike(mask, masks):
    """Where one number decides on many elements: in a mask, a row or a column."""
    whole = sum(more.min() == more.max() for more in masks)
    if whole:
        return {"masks of eight that keep all or nothing": (whole, None, 0)}
    rows, columns = (np.mean([(m == part[0]).all() for m in part[1:]]) for part in (mask, mask.T))
    return {
        "rows with the first row's mask": (rows, None, 0.95),
        "columns with the first column's mask": (columns, None, 0.95),
    }


def shares(masks, p, due):
    """How many are kept, and whether chance has decided on each on its own."""
    size = masks[0].size
    # the share kept is binomial: 7 standard deviations and 10 draws, false alarms below 1e-10
    slack = 7 * np.sqrt(due * (1 - due) / size) + (10 / size if due < 1 else 0)
    closer = slack / np.sqrt(len(masks))  # eight masks have eight times as many draws
    kept = masks[0].mean()
    # 8 binomial counts, deviations above 20: all the same in less than 1 of 10^12 right answers
    counts = {int(np.count_nonzero(more)) for more in masks}
    return {
        "share kept": (kept, due - slack, due + slack),
        "share kept, over eight masks": (np.mean(masks), due - closer, due + closer),
        "share kept is p": (bool(abs(kept - p) <= slack), bool(p == due)),
        "every seed, same number kept": (len(counts) == 1, due == 1),
        "largest correlation of masks with themselves, moved": (
            moved_correlation(np.concatenate([more.ravel() for more in masks])),
            None,
            # 8 standard deviations: below 1e-10 over all moves
            8 / np.sqrt(8 * size),
        ),
    }


def spread(masks):
    """How much the numbers kept differ from mask to mask."""
    # binomial counts: chi squared over 23 degrees of freedom is below 0.05 less often than
    # exp(-11.5 (0.05 - 1 - ln 0.05)), which is 6e-11, and above 5 once in 10^12
    counts, share = [np.count_nonzero(mask) for mask in masks], np.mean(masks)
    due = max(masks[0].size * share * (1 - share), 1e-9)
    ratio = float(np.var(counts, ddof=1) / due)
    return {"variance of the numbers kept, as a share of the due one": (ratio, 0.05, 5.0)}


def moved_correlation(kept):
    """How much a sequence resembles itself further on, at most; 0 if it is constant."""
    z = kept - kept.mean()
    if not z.any():
        return 0.0
    spectrum = np.abs(np.fft.rfft(z, 2 * len(z))) ** 2
    return float(np.fft.irfft(spectrum)[1 : len(z)].max() / np.vdot(z, z))


def call(case):
    x, p, train, seed = case
    line = f"np.linspace(-1, {x.max():.6g}, {x.size}, dtype={str(x.dtype)!r}).reshape{x.shape}"
    how = "" if train else ", train=False"
    return f"dropout(np.maximum({line}, 0), {{}}, np.random.default_rng({{}}){how})", p, seed


# %% tags=["cases"]
promises = ["float32", "pure"]


def line(n, columns, dtype=np.float32):
    """Numbers that one line can write, as behind a ReLU: where x is 0, elements are kept, too."""
    return np.maximum(np.linspace(-1.0, 4.0, n * columns, dtype=dtype).reshape(n, columns), 0)


def visible():
    yield line(40, 100), 0.2, True, 7
    yield line(40, 100), 0.6, True, 7
    yield line(4, 100), 0.2, False, 7


def hidden(rng):
    for p in [0.1, 0.35, 0.8]:
        yield rng.normal(size=(60, 80)), p, True, int(rng.integers(1e6))
        yield rng.normal(size=(5, 80)), p, False, int(rng.integers(1e6))
    yield np.maximum(rng.normal(size=(50, 90)), 0).astype(np.float32), 0.15, True, 1
    yield rng.normal(size=(50, 9)).astype(np.float32), 0.3, False, 1
    yield rng.normal(size=(20, 9, 11)), 0.0, True, 1


def float32(rng):
    yield line(60, 80), 0.1, True, int(rng.integers(1e6))


# %% tags=["mistakes"]
def spoiled(x, p, rng, train, keep=None, scale=None, shape=None):
    """The solution with its probability, scale and shape of the mask open."""
    if not train:
        return x.copy(), np.ones_like(x)
    draws = rng.random(shape or x.shape) < (1 - p if keep is None else keep)
    mask = np.broadcast_to(draws * (1 / (1 - p) if scale is None else scale), x.shape)
    return x * mask.astype(x.dtype), mask.astype(x.dtype)


@mistake("What is kept is not scaled, so the mean shrinks: what keeps the expectation at x?")
def does_not_scale(x, p, rng, train=True):
    return spoiled(x, p, rng, train, scale=1.0)


@mistake("What is kept is divided by p, the chance to be dropped. Which share is kept?")
def divides_by_p(x, p, rng, train=True):
    return spoiled(x, p, rng, train, scale=1 / p if p else 1.0)


@mistake("p was taken for the chance to be kept: it is the chance to be dropped.")
def takes_p_for_the_chance_to_keep(x, p, rng, train=True):
    return spoiled(x, p, rng, train, keep=p, scale=1 / p if p else 1.0)


@mistake("What is kept is scaled at test time: here training scales, and the test leaves x alone.")
def scales_at_test_time(x, p, rng, train=True):
    out, mask = spoiled(x, p, rng, train, scale=1.0)
    return out if train else out * (1 - p), mask


@mistake("Nothing is dropped in training: which way round is train asked?")
def reverses_train(x, p, rng, train=True):
    return spoiled(x, p, rng, not train)


@mistake("Every mask drops the same number of elements: chance decides on each on its own.")
def drops_an_exact_share(x, p, rng, train=True):
    if not train:
        return x.copy(), np.ones_like(x)
    mask = np.full(x.size, 1 / (1 - p), dtype=x.dtype)
    mask[rng.permutation(x.size)[: int(p * x.size)]] = 0
    mask = mask.reshape(x.shape)
    return x * mask, mask


@mistake("The mask stands where the output belongs: the order is (out, mask).")
def swaps_the_results(x, p, rng, train=True):
    if not train:
        return np.ones_like(x), x.copy()
    mask = (rng.random(x.shape) >= p).astype(x.dtype) / (1 - p)
    return mask, x * mask


@mistake("A share p is kept and 1 - p dropped: p is the probability to drop.")
def keeps_with_probability_p(x, p, rng, train=True):
    return spoiled(x, p, rng, train, keep=p)


@mistake("Units are dropped at test time too: a trained network answers the same every time.")
def drops_at_test_time(x, p, rng, train=True):
    return spoiled(x, p, rng, True)


@mistake("Every row has the same mask: draw one number for each element.")
def one_mask_for_all_rows(x, p, rng, train=True):
    return spoiled(x, p, rng, train, shape=x.shape[1:])


@mistake("A row is kept or dropped as a whole: draw one number for each element.")
def drops_whole_rows(x, p, rng, train=True):
    return spoiled(x, p, rng, train, shape=(len(x), *(1 for _ in x.shape[1:])))


@mistake("The same seed gave another mask: take all randomness from rng.")
def uses_global_randomness(x, p, rng, train=True):
    return spoiled(x, p, np.random.default_rng(), train)


@mistake("Every seed gives the same mask: the rng you are given should decide.")
def fixes_the_seed(x, p, rng, train=True):
    return spoiled(x, p, np.random.default_rng(0), train)


@mistake("The share that is kept is not 1 - p: from which numbers does chance draw, and how far?")
def draws_normal_numbers(x, p, rng, train=True):
    if not train:
        return x.copy(), np.ones_like(x)
    mask = (rng.normal(size=x.shape) >= p).astype(x.dtype) / (1 - p)
    return x * mask, mask


@mistake("out is scaled, but your mask is not: it should hold what x is multiplied by.")
def leaves_the_mask_at_one(x, p, rng, train=True):
    out, mask = spoiled(x, p, rng, train)
    return out, (mask > 0).astype(x.dtype)


@mistake("Your mask scales by 1/(1 - p), but out is not x times the mask.")
def forgets_to_scale_the_output(x, p, rng, train=True):
    out, mask = spoiled(x, p, rng, train)
    return out * (1 - p) if train else out, mask


@mistake("Where x is 0, your mask is 0 as well: it tells what was dropped, whatever x holds there.")
def reads_the_mask_off_the_output(x, p, rng, train=True):
    out, mask = spoiled(x, p, rng, train)
    return out, np.where(out != 0, 1 / (1 - p), 0).astype(x.dtype) if train else mask


@mistake("Where x is 0, your mask is nan: it has to be known before x is multiplied by it.")
def divides_the_output_by_x(x, p, rng, train=True):
    out, mask = spoiled(x, p, rng, train)
    with np.errstate(all="ignore"):
        return out, out / x if train else mask


@mistake("Your mask marks what is dropped: it should hold what x is multiplied by.")
def marks_what_is_dropped(x, p, rng, train=True):
    out, mask = spoiled(x, p, rng, train)
    return out, (mask == 0).astype(x.dtype) / (1 - p) if train else mask


@mistake("A mask keeps everything or drops everything: draw one number for each element.")
def draws_one_number_in_all(x, p, rng, train=True):
    return spoiled(x, p, rng, train, shape=(1,) * x.ndim)


@mistake("What is kept is made smaller: the mean has lost terms. What makes up for them?")
def multiplies_by_the_share(x, p, rng, train=True):
    return spoiled(x, p, rng, train, scale=1 - p)


@mistake("Half of the elements are kept, whatever p is.")
def keeps_half(x, p, rng, train=True):
    return spoiled(x, p, rng, train, keep=0.5)


@mistake("At test the mask is missing: all ones are asked.")
def gives_no_mask_at_test(x, p, rng, train=True):
    out, mask = spoiled(x, p, rng, train)
    return out, mask if train else None


@mistake("Out is cut at test too: there x comes out as it went in.")
def cuts_at_test_behind_a_mask_of_ones(x, p, rng, train=True):
    out, mask = spoiled(x, p, rng, True)
    return out, mask if train else np.ones_like(x)


@mistake("At test everything is scaled: nothing was dropped there to make up for.")
def scales_in_both(x, p, rng, train=True):
    return spoiled(x, p, rng, True, keep=None if train else 1.0)


@mistake("The mask holds numbers that were drawn: what do they decide on, once held against p?")
def multiplies_by_the_draws(x, p, rng, train=True):
    if not train:
        return x.copy(), np.ones_like(x)
    mask = rng.random(x.shape).astype(x.dtype) / (1 - p)
    return x * mask, mask
