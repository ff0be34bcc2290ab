"""Other processors pick other kernels: what the course says holds with each of them.

BLAS, NumPy and PyTorch look at the processor and take the kernels made for it, which add up in
another order. Here they are told to take those of other processors, and everything that computes
is built, run and judged again. Results differ in their last bits, and nothing may depend on those.
A file `test_SETTING.py` holds one setting, so that ``--dist loadfile`` spreads them.
"""

import json
import os
import platform
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KERNELS = """
import json, numpy, threadpoolctl, torch
blas = [pool for pool in threadpoolctl.threadpool_info() if pool["internal_api"] == "openblas"]
print(json.dumps({
    "blas": sorted({pool["architecture"] for pool in blas}),
    "numpy": numpy.show_config(mode="dicts")["SIMD Extensions"].get("found", []),
    "torch": torch.backends.cpu.get_cpu_capability(),
}))
"""
ROOMS = ["authoring", "checks", "lectures", "quality", "reference", "twins"]  # rooms that compute
# files of these rooms whose claims no kernel reaches: they are not run again
SAME = {
    "checks": {
        "accidents agreement slow hints patience progress record sources starters": "files, "
        "clocks, processes and words, on exercises whose results are exact",
    },
    "lectures": {
        "browser browser_progress curriculum start independence lecture_runs": "pages, tables and "
        "source text",
    },
    "reference": {
        "docstrings conventions bad_input_core referee parity_itself": "texts, names, errors, and "
        "whether a comparer sees what is far off",
    },
}
BLAS = {  # what a setting is called, and the kernels that OpenBLAS may take for it
    "Haswell": {"Haswell"},
    "Sandybridge": {"Sandybridge"},
    "Prescott": {"Prescott", "Katmai", "Core2"},  # its oldest, by any name that they serve
}
PLAIN = "plain"  # NumPy and PyTorch without AVX2 and AVX512
ours = pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"), reason="the kernels are those of x86"
)


@cache
def kernels(setting=None):
    """What a fresh process computes with."""
    command = [sys.executable, "-c", KERNELS]
    run = subprocess.run(command, env=environment(setting), capture_output=True, check=True)
    return json.loads(run.stdout)


def environment(setting):
    """The environment in which other kernels are picked."""
    if setting is None:
        return dict(os.environ)
    if setting in BLAS:
        return {**os.environ, "OPENBLAS_CORETYPE": setting}
    found = " ".join(kernels()["numpy"])  # other names in other versions
    return {**os.environ, "NPY_DISABLE_CPU_FEATURES": found, "ATEN_CPU_CAPABILITY": "default"}


def same(room):
    """The files of a room that are not run again."""
    names = " ".join(SAME.get(room, {})).split()
    return [ROOT / "tests" / room / f"test_{name}.py" for name in names]


@ours
@pytest.mark.long
class KernelClaims:
    """The claims; a subclass gives the setting."""

    setting = ""

    def test_it_picks_the_kernels_that_it_names(self):
        picked, expected = kernels(self.setting), dict(kernels())
        if self.setting == PLAIN:
            expected |= {"numpy": [], "torch": "DEFAULT"}
        else:
            assert picked["blas"]
            assert set(picked["blas"]) <= BLAS[self.setting]
            expected["blas"] = picked["blas"]
        assert picked == expected

    def test_files_that_are_not_run_again_exist(self):
        assert [str(file) for room in ROOMS for file in same(room) if not file.is_file()] == []

    def test_a_build_on_this_processor_agrees(self):
        command = [Path(sys.executable).with_name("dlcourse"), "build", "--check"]
        run = subprocess.run(command, cwd=ROOT, env=environment(self.setting), capture_output=True)
        assert run.returncode == 0, run.stderr.decode()

    @pytest.mark.parametrize("room", ROOMS)
    def test_everything_holds_on_this_processor(self, room):
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
        command += ["-m", "not browser and not long and not cuda", ROOT / "tests" / room]
        command += [f"--ignore={file}" for file in same(room)]
        run = subprocess.run(command, cwd=ROOT, env=environment(self.setting), capture_output=True)
        assert run.returncode == 0, run.stdout.decode()[-4000:]
