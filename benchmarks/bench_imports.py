"""What `import dlcourse.reference.<topic>` costs beside `import numpy`, in fresh processes."""

import resource
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import report, summarize

import dlcourse.reference  # isort: skip

TURNS = 5


def import_seconds(module):
    """Return the processor time of a new interpreter that imports one module."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    table = []
    for path in sorted(Path(dlcourse.reference.__file__).parent.glob("[a-z]*.py")):
        module = f"dlcourse.reference.{path.stem}"
        import_seconds(module)  # compiles it
        times = [(import_seconds(module), import_seconds("numpy")) for _ in range(TURNS)]
        table.append(summarize(f"import {module}", times))
    worst = max(table, key=lambda row: row["ratio"]["median"])
    summary = {"worst": f"{worst['ratio']['median']} ({worst['name']})"}
    report("imports", table, unit="import numpy", summary=summary)
