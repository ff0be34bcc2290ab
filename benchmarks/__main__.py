"""Run the benchmarks/bench_*.py, or those named: `python -m benchmarks conv recurrent`.

What takes minutes by itself, `class` and `loops`, runs only where it is named.
Each runs in a fresh process, so that none inherits the memory or the warm caches of another.
Tables go to the screen, to results/ as JSON and to README.md.
"""

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measure import write_readme

LONG = {"class", "loops"}


def main(names):
    """Run the named benches, all but the long ones when none is named; return how many failed."""
    present = {
        path.stem.removeprefix("bench_"): path for path in Path(__file__).parent.glob("bench_*.py")
    }
    if unknown := set(names) - set(present):
        raise SystemExit(f"no bench {sorted(unknown)}; there are {sorted(present)}")
    failed = 0
    for name in names or sorted(present.keys() - LONG):
        begun = time.perf_counter()
        done = subprocess.run([sys.executable, "-m", f"benchmarks.bench_{name}"], check=False)
        failed += done.returncode != 0
        print(f"{name} took {time.perf_counter() - begun:.0f} s\n", flush=True)
    write_readme()
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
