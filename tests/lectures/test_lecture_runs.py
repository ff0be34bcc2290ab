"""Every lecture, as a whole: unanswered as a learner first meets it, and with the solutions in."""

import copy
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest

from dlcourse.authoring.build import build_lecture, lecture_names

ROOT = Path(__file__).resolve().parents[2]
LECTURES = [name for name in lecture_names(ROOT) if (ROOT / "course" / name).is_dir()]
MEMORY = 1 << 30  # what Binder grants a session at least
PEAK = """\
import pathlib, re
status = pathlib.Path("/proc/self/status").read_text()
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) << 10
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def tags(cell):
    return cell.metadata.get("tags", [])


def execute(notebook, folder):
    """Run a copy from top to bottom, as Run All does; its last cell reports the peak memory."""
    notebook = copy.deepcopy(notebook)
    if sys.platform == "linux":
        notebook.cells.append(nbformat.v4.new_code_cell(PEAK + "print(peak)", id="peak"))
    client = nbclient.NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    return client.execute(env={**os.environ, "OMP_NUM_THREADS": "1", "MPLCONFIGDIR": str(folder)})


@pytest.fixture(scope="module", params=LECTURES)
def unanswered(request, tmp_path_factory):
    """The released notebook after a run, nothing answered."""
    path = ROOT / "course" / request.param / f"{request.param}.ipynb"
    return execute(nbformat.read(path, as_version=4), tmp_path_factory.mktemp("run"))


def errors(cell):
    return [o for o in cell.get("outputs", []) if o.output_type == "error"]


def test_an_unanswered_check_reads_not_yet_written(unanswered):
    checks = [cell for cell in unanswered.cells if "check" in tags(cell)]
    assert checks
    for cell in checks:
        assert {output.output_type for output in cell.outputs} == {"stream"}, cell.id
        text = "".join(output.text for output in cell.outputs)  # a busy kernel sends it in pieces
        assert text.count("\n") == 1, cell.id
        assert text.endswith("not yet written.\n"), cell.id


def test_no_cell_shows_a_traceback_of_ours(unanswered):
    for cell in unanswered.cells:
        for error in errors(cell):
            assert {"check", "test"} & set(tags(cell)), cell.source
            assert not re.search(r"Traceback|File |line \d+", "\n".join(error.traceback)), cell.id


def test_no_cell_complains_on_stderr(unanswered):
    for cell in unanswered.cells:
        streams = [o for o in cell.get("outputs", []) if o.output_type == "stream"]
        assert [o.text for o in streams if o.name == "stderr"] == [], cell.source


def test_every_figure_has_a_text_beside_it(unanswered):
    for cell in unanswered.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data or "image/svg+xml" in data or "text/html" in data:
                text = data.get("text/plain", "")
                assert text, cell.source
                assert not text.startswith("<"), cell.source


@linux
def test_a_whole_run_fits_into_a_gigabyte(unanswered):
    [report] = unanswered.cells[-1].outputs
    peak = int(report.text)
    print(f"peak memory of the kernel: {peak / 2**20:.0f} MiB")
    assert 20 << 20 < peak < MEMORY


def solved(name):
    """The instructor's notebook, whose checks may not fail, and a last cell on memory."""
    files = build_lecture(ROOT, name).files
    [text] = [t for path, t in files.items() if "source" in path.parts]
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if "tags" in cell.metadata:
            cell.metadata.tags = [tag for tag in tags(cell) if tag != "raises-exception"]
    if sys.platform == "linux":
        last = nbformat.v4.new_code_cell(PEAK + f"assert peak < {MEMORY}", id="peak")
        notebook.cells.append(last)
    return notebook


def nbval(path):
    for name in ["nbgrader_config.py", "course", "solutions"]:
        (path.parent / name).symlink_to(ROOT / name)  # hidden tests look for the course above
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval-lax", "--rootdir", path.parent, "-q", path],
        cwd=path.parent,
        env={**os.environ, "PYTEST_ADDOPTS": "-p no:cacheprovider -p no:xdist"},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("name", LECTURES)
def test_with_the_solutions_in_nbval_passes(name, tmp_path):
    notebook = solved(name)
    nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    run = nbval(tmp_path / f"{name}.ipynb")
    assert run.returncode == 0, run.stdout[-4000:]
    codes = sum(cell.cell_type == "code" for cell in notebook.cells)
    assert re.search(rf"^{codes} passed", run.stdout, re.M), run.stdout[-500:]


def test_nbval_notices_a_wrong_solution(tmp_path):
    notebook = solved(LECTURES[0])
    cells = [c for c in notebook.cells if "given" in tags(c) or c.id == "begin"]
    [name] = [c.id for c in notebook.cells if "answer" in tags(c)][:1]
    mine = [c for c in notebook.cells if c.id in (name, f"check_{name}")]
    mine[0].source = f"def {name}(*args, **kwargs):\n    return None"
    notebook.cells = [*cells, *mine]
    nbformat.write(notebook, tmp_path / "wrong.ipynb")
    run = nbval(tmp_path / "wrong.ipynb")
    assert run.returncode == 1
    assert "1 failed" in run.stdout


@pytest.mark.parametrize("name", LECTURES)
def test_a_rebuild_is_byte_identical(name, tmp_path):
    shutil.copytree(ROOT / "solutions", tmp_path / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    (tmp_path / "course").mkdir()
    (tmp_path / "dlcourse" / "checks" / "numbers").mkdir(parents=True)
    subprocess.run(
        [sys.executable, "-c", "from dlcourse.cli import main; main()", "build", name],
        cwd=tmp_path,
        env={**os.environ, "PYTHONHASHSEED": "4", "PYTHONPATH": str(ROOT)},
        check=True,
    )
    for folder in ["course", "dlcourse/checks/numbers"]:
        for path in (tmp_path / folder).rglob("*.*"):
            assert path.read_bytes() == (ROOT / path.relative_to(tmp_path)).read_bytes(), path
