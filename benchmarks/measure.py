"""Time two ways of doing the same thing, side by side, on one thread.

Import this module before NumPy or torch: thread counts are read when those are loaded.

    from benchmarks.measure import compare, report

    rows = [compare("relu", lambda: relu(z), lambda: torch.relu(z_torch))]
    report("activations", rows)

The two take turns, A B A B, and the ratio is taken turn by turn, so that a busy moment of the
machine hits both. Each figure is a median with its smallest and largest value. Time is processor
time, which on one thread is the time on a clock less what other programs took (on Windows, where
processor time ticks too slowly, it is the time on a clock). Memory is by how much one call raises
the peak resident memory of a process: one measure for NumPy and torch alike, scratch buffers of
their libraries included; blocks below 128 KiB are not seen.
"""

import os
import sys

THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_loaded = {"numpy", "torch"} & set(sys.modules)
if _loaded and any(os.environ.get(name) != count for name, count in THREADS.items()):
    raise ImportError(f"import benchmarks.measure before {' and '.join(sorted(_loaded))}")
os.environ.update(THREADS)

import ctypes  # noqa: E402
import json  # noqa: E402
import platform  # noqa: E402
import statistics  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402
import torch  # noqa: E402

torch.set_num_threads(1)
RESULTS = Path(__file__).parent / "results"
MARKER = "<!-- written by python -m benchmarks: -->"
MIB = 2**20
CLOCK = time.perf_counter if sys.platform == "win32" else time.process_time


def compare(name, ours, theirs, turns=15, seconds_a_turn=0.02, memory=True):
    """Time the callables `ours` and `theirs` in turns; return one row of a table.

    A call shorter than `seconds_a_turn` is repeated within its turn. Both are called at least
    twice before the clock starts.
    """
    repeats = {}
    for call in (ours, theirs):
        call()
        repeats[call] = max(1, round(seconds_a_turn / seconds(call, 1)))
    times = [(seconds(ours, repeats[ours]), seconds(theirs, repeats[theirs])) for _ in range(turns)]
    row = summarize(name, times)
    if memory:
        row |= {"ours_mib": peak_mib(ours), "theirs_mib": peak_mib(theirs)}
    return row


def summarize(name, times):
    """Return a row of a table from pairs of seconds, (ours, theirs)."""
    return {
        "name": name,
        "ours_ms": spread([1e3 * a for a, _ in times]),
        "theirs_ms": spread([1e3 * b for _, b in times]),
        "ratio": spread([a / b for a, b in times]),
    }


def seconds(call, repeats):
    """Return the mean processor time of `repeats` calls."""
    start = CLOCK()
    for _ in range(repeats):
        call()
    return (CLOCK() - start) / repeats


def spread(values):
    """Return median, smallest and largest, rounded for print."""
    return {
        "median": round(statistics.median(values), 4),
        "min": round(min(values), 4),
        "max": round(max(values), 4),
    }


def geometric_mean(rows):
    """Return the geometric mean of the rows' median ratios."""
    return round(statistics.geometric_mean(row["ratio"]["median"] for row in rows), 4)


def peak_mib(call):
    """Return by how many MiB `call` raises peak resident memory; None where Linux is missing.

    Runs in a forked child, so that the settings of malloc made there do not slow the timings.
    """
    if not sys.platform.startswith("linux"):
        return None
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write_end, repr(_growth_of_peak(call)).encode())
        finally:
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return round(float(answer) / MIB, 1) if answer else None


def _growth_of_peak(call):
    libc = ctypes.CDLL(None)
    libc.mallopt(-3, 128 * 1024)  # M_MMAP_THRESHOLD: freed blocks go back at once and count again
    call()  # buffers that are made once and kept are not part of a call
    libc.malloc_trim(0)  # nor may what earlier calls freed be used again unseen
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts again from here
    before = _status("VmRSS")
    call()
    return _status("VmHWM") - before


def _status(field):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return 1024 * int(line.split()[1])
    raise LookupError(f"no {field} in /proc/self/status")


def machine():
    """Describe what the figures were measured on."""
    cpuinfo = Path("/proc/cpuinfo")
    models = [
        line.split(":", 1)[1].strip()
        for line in (cpuinfo.read_text().splitlines() if cpuinfo.exists() else [])
        if line.startswith("model name")
    ]
    return {
        "cpu": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "blas_threads": int(os.environ["OPENBLAS_NUM_THREADS"]),
    } | busy()


def busy():
    """Say how many programs the machine ran on average in the last minute, this one included."""
    return {"load": round(os.getloadavg()[0], 1)} if hasattr(os, "getloadavg") else {}


def report(topic, rows, unit="torch", summary=None, ours="NumPy"):
    """Print the rows as a Markdown table and keep them as `results/<topic>.json`."""
    result = {
        "topic": topic,
        "machine": machine(),
        "unit": unit,
        "ours": ours,
        "rows": rows,
        "summary": summary or {},
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(result, indent=1, allow_nan=False)
    (RESULTS / f"{topic}.json").write_text(text + "\n", encoding="utf-8")
    print(markdown(result), flush=True)


def markdown(result):
    """Return one result as a section: where it was measured, its table, its summary."""
    where = ", ".join(f"{key} {value}" for key, value in result["machine"].items())
    parts = [f"## {result['topic']}", where]
    if result["rows"]:
        sides = result.get("ours", "NumPy"), result.get("unit", "torch")
        parts.append(table(result["rows"], *sides))
    parts += [f"{key}: {_words(value)}" for key, value in result["summary"].items()]
    return "\n\n".join(parts) + "\n"


def _words(value):
    """Write what a summary holds: a dict as its pairs, a table of dicts by its length."""
    if not isinstance(value, dict):
        return value
    if all(isinstance(one, dict) for one in value.values()):
        return f"{len(value)} entries, listed in the JSON file"
    return ", ".join(f"{name} {one}" for name, one in value.items())


def write_readme():
    """Put the tables of all results after the marker in README.md; what stands before it stays."""
    readme = Path(__file__).parent / "README.md"
    head, marker, _ = readme.read_text(encoding="utf-8").partition(MARKER)
    results = [json.loads(p.read_text(encoding="utf-8")) for p in sorted(RESULTS.glob("*.json"))]
    tables = [markdown(result) for result in results if "machine" in result]
    readme.write_text(f"{head}{marker}\n\n" + "\n".join(tables), encoding="utf-8")


def table(rows, ours="NumPy", unit="torch"):
    """Return the rows as a Markdown table: times in ms, memory in MiB."""
    lines = [
        f"| | {ours} ms | {unit} ms | ratio (min to max) | {ours} MiB | {unit} MiB |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        ratio = row["ratio"]
        lines.append(
            f"| {row['name']} | {row['ours_ms']['median']:.3g} | {row['theirs_ms']['median']:.3g} "
            f"| {ratio['median']:.2f} ({ratio['min']:.2f} to {ratio['max']:.2f}) "
            f"| {row.get('ours_mib', '')} | {row.get('theirs_mib', '')} |"
        )
    return "\n".join(lines)
