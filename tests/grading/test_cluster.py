"""Grading on a cluster: who is let in, what a worker lacks, and the same marks after a death."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import dask
import distributed
import pytest
import yaml
from answers import solution
from click.testing import CliRunner
from small_course import NAME, build_small_course
from test_limits import hand_in

from dlcourse.cli import main
from dlcourse.grading import cluster as clusters
from dlcourse.grading.classroom import Classroom
from dlcourse.grading.cluster import is_open, scheduler_of
from dlcourse.grading.grade import Desk, Outcome, apart
from dlcourse.grading.ready import NotReady
from dlcourse.grading.store import Store
from dlcourse.grading.team import Team
from dlcourse.sandbox.sandbox import SandboxError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

PAGE = Path(__file__).parents[2] / "docs" / "cluster.md"
IN_THE_PAGE = "/shared/dlcourse"
UNKNOWING = {"distributed.comm.require-encryption": False}
MARKS = ("student", "exercise", "points", "status", "diagnosis", "message")


def block(language, word):
    """The block of the page, of that language, in which a word stands."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    return next(text for text in found if word in text)


def certificates(folder):
    """Make an authority and a certificate as the page says; Dask's settings that name them."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl on this machine")
    folder.mkdir()
    commands = block("sh", "openssl").replace("rsa:3072", "rsa:2048")  # sooner made
    subprocess.run(["bash", "-ec", commands], cwd=folder, check=True, capture_output=True)
    settings = yaml.safe_load(block("yaml", "ca-file").replace(IN_THE_PAGE, str(folder)))
    return dask.config.merge(dask.config.config, settings)


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    return certificates(tmp_path_factory.mktemp("ours") / "folder")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = build_small_course(tmp_path_factory.mktemp("cluster") / "root", ["relu"])
    for number in range(6):
        hand_in(root, f"s{number}", f"{solution('relu')}\n# {number}\n")
    Store(root / ".dlcourse" / "grading.db").seed(NAME)
    return root


@pytest.fixture
def own_course(course, tmp_path):
    return shutil.copytree(course, tmp_path / "root")


@contextlib.contextmanager
def local(workers=1, processes=False, **options):
    """A cluster on this machine; its workers may be threads of this process."""
    with distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=processes,
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
        **options,
    ) as cluster:
        yield cluster


def grade(root, **options):
    room = Classroom(root, NAME, root / "submitted", **options)
    return room.grade(root / "r.jsonl", None, progress=None)


def marks_of(lines):
    return [[line[key] for key in MARKS] for line in lines]


def test_a_cluster_with_certificates_that_loses_a_worker_gives_the_marks_of_one_process(
    own_course, ours, monkeypatch, tmp_path
):
    alone = shutil.copytree(own_course, tmp_path / "alone")
    true, writes = Store.remember, iter(range(100))
    with dask.config.set(ours):
        security = distributed.Security()
        with local(2, processes=True, protocol="tls", security=security) as cluster:
            victim = cluster.workers[0].pid

            def remember(*args):
                if next(writes) == 1:
                    os.kill(victim, signal.SIGKILL)
                true(*args)

            monkeypatch.setattr(Store, "remember", remember)
            assert cluster.scheduler_address.startswith("tls://")
            lines = grade(own_course, scheduler=cluster.scheduler_address)
            assert cluster.workers[0].pid != victim
    assert len(lines) == 6
    assert {line["status"] for line in lines} == {"right"}
    assert marks_of(lines) == marks_of(grade(alone, workers=1))


def test_who_has_no_certificate_of_ours_is_not_let_in(ours, tmp_path):
    with dask.config.set(ours):
        security = distributed.Security()
    with local(protocol="tls", security=security) as cluster:
        with dask.config.set(certificates(tmp_path / "theirs")):
            with pytest.raises(NotReady, match="or with those of another authority"):
                scheduler_of(cluster.scheduler_address)
        with dask.config.set(ours):
            scheduler_of(cluster.scheduler_address).close()


def test_who_comes_without_encryption_is_told(ours):
    with dask.config.set(ours):
        security = distributed.Security(require_encryption=False)
        with pytest.raises(NotReady, match=r"demand encryption: name tls://127\.0\.0\.1:1 instead"):
            scheduler_of("tcp://127.0.0.1:1")
        with local(protocol="tls", security=security) as cluster, dask.config.set(UNKNOWING):
            address = cluster.scheduler_address.replace("tls", "tcp")
            with pytest.raises(NotReady, match=r"hangs up\..*name it by tls://"):
                scheduler_of(address)


def test_missing_certificates_are_told(ours, tmp_path):
    with pytest.raises(NotReady, match=r"asks for certificates, and there are none.*cluster\.md"):
        scheduler_of("tls://127.0.0.1:1")
    lost = {"distributed.comm.tls.client.key": str(tmp_path / "lost.key")}
    with dask.config.set(ours), dask.config.set(lost):
        with pytest.raises(NotReady, match=r"cannot be read \(No such file"):
            scheduler_of("tls://127.0.0.1:1")


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("tcp://127.0.0.1:8786", False),
        ("127.3.2.1:8786", False),
        ("tcp://localhost:8786", False),
        ("tcp://[::1]:8786", False),
        ("inproc://192.0.2.7/12/1", False),
        ("tls://192.0.2.7:8786", False),
        ("tcp://192.0.2.7:8786", True),
        ("192.0.2.7:8786", True),
        ("ws://192.0.2.7:8786", True),
        ("tcp://[2001:db8::7]:8786", True),
        ("tcp://0.0.0.0:8786", True),
        ("tcp://no.such.invalid:8786", True),
    ],
)
def test_an_address_is_open_unless_it_is_encrypted_or_of_this_machine(address, found):
    assert is_open(address) is found


def test_an_open_scheduler_is_refused_before_anybody_connects_to_it():
    with pytest.raises(NotReady, match=r"192\.0\.2\.7:8786 is open.*runs any program.*tls://"):
        Team(2, "tcp://192.0.2.7:8786").__enter__()


class ClientOfSomebody:
    """Stands for a client whose scheduler and workers listen at the addresses given."""

    def __init__(self, scheduler, workers):
        self.scheduler, self.workers, self.closed = scheduler, workers, False

    def scheduler_info(self, n_workers):
        return {"address": self.scheduler}

    def nthreads(self):
        return dict.fromkeys(self.workers, 1)

    def close(self):
        self.closed = True


@pytest.mark.parametrize(
    ("scheduler", "worker"),
    [("tcp://192.0.2.7:1", "tcp://127.0.0.1:2"), ("tcp://127.0.0.1:1", "tcp://192.0.2.7:2")],
)
def test_a_scheduler_or_worker_that_listens_elsewhere_too_is_refused_by_its_own_word(
    monkeypatch, scheduler, worker
):
    client = ClientOfSomebody(scheduler, [worker])
    monkeypatch.setattr(distributed, "Client", lambda *_, **__: client)
    monkeypatch.setattr(clusters, "_check_address", lambda address: None)
    with pytest.raises(NotReady, match=r"192\.0\.2\.7:\d is open"):
        scheduler_of("tcp://127.0.0.1:1")
    assert client.closed
    assert scheduler_of("tcp://127.0.0.1:1", insecure=True) is client


def test_the_command_hands_on_that_an_open_scheduler_is_wanted(course, monkeypatch):
    asked = []

    def scheduler_of(address, insecure):
        asked.append((address, insecure))
        raise NotReady("Told.")

    monkeypatch.setattr("dlcourse.grading.team.scheduler_of", scheduler_of)
    monkeypatch.chdir(course)
    command = ["grade", "--lecture", NAME, "--scheduler", "tcp://192.0.2.7:1"]
    for flags in ([], ["--insecure-scheduler"]):
        assert CliRunner().invoke(main, [*command, *flags]).output == "Error: Told.\n"
    assert [insecure for _, insecure in asked] == [False, True]


def test_a_scheduler_that_is_absent_is_told():
    with pytest.raises(NotReady, match=r"No scheduler answers at tcp://127\.0\.0\.1:1 \("):
        scheduler_of("tcp://127.0.0.1:1")
    with pytest.raises(NotReady, match=r"No scheduler answers at nonsense \(missing port"):
        scheduler_of("nonsense", insecure=True)


def test_a_scheduler_without_workers_is_told():
    with local(0) as cluster:
        with pytest.raises(NotReady, match=r"has no workers\. Start some with `dask worker"):
            scheduler_of(cluster.scheduler_address)


def test_dask_that_is_not_installed_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NotReady, match=r"pip install \"dlcourse\[cluster\]\""):
        scheduler_of("tls://127.0.0.1:1")


@pytest.fixture(scope="module")
def one_worker():
    with local() as cluster:
        yield cluster.scheduler_address


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (".", "there is no folder"),
        (f"course/{NAME}/{NAME}.ipynb", f"no released lecture '{NAME}'"),
        ("solutions/exercises/relu.py", "relu.py"),
        (f"submitted/s0/{NAME}/{NAME}.ipynb", "does not see"),
    ],
)
def test_a_worker_that_does_not_see_the_course_is_told_before_anything_is_graded(
    own_course, one_worker, monkeypatch, gone, told
):
    look = clusters._look

    def elsewhere(place, file):  # what a worker sees that has this folder, and not all in it
        there = own_course.with_name("there")
        shutil.copytree(own_course, there)
        if gone == ".":
            shutil.rmtree(there)
        else:
            (there / gone).unlink()
        return look(place._replace(root=str(there)), there / file.relative_to(own_course))

    monkeypatch.setattr(clusters, "_look", elsewhere)
    with pytest.raises(NotReady) as error:
        grade(own_course, scheduler=one_worker)
    first, line = str(error.value).splitlines()
    assert first == "1 of 1 workers cannot grade, and nothing was graded."
    assert told in line
    assert "Give the workers the course's folder" in line
    assert not (own_course / "r.jsonl").exists()


def test_a_worker_that_has_no_safe_sandbox_is_told_before_anything_is_graded(
    own_course, one_worker, monkeypatch
):
    def none(self, kind):
        raise SandboxError("No safe sandbox starts here (no namespaces).")

    monkeypatch.setattr("dlcourse.grading.answer.Grader.sandbox", none)
    with pytest.raises(NotReady, match=r"1 of 1 workers.*\n.*No safe sandbox starts here"):
        grade(own_course, scheduler=one_worker)


def test_a_worker_of_other_versions_is_told(course, one_worker, monkeypatch):
    true, asked = clusters.made_of, []

    def other():
        asked.append(1)
        return {**true(), "numpy": "1.0"} if len(asked) == 2 else true()

    monkeypatch.setattr(clusters, "made_of", other)
    with pytest.raises(NotReady, match=r"numpy 1\.0 there, \d\S+ here: marks could differ"):
        grade(course, scheduler=one_worker)


def test_a_worker_without_this_package_is_told():
    fault = clusters._fault(ModuleNotFoundError("No module", name="dlcourse"), {})
    assert fault == "no package dlcourse there. Install dlcourse there as here."
    assert "OSError: broken" in clusters._fault(OSError("broken"), {})


def test_a_scheduler_that_ends_midway_is_told_and_what_was_graded_is_known(own_course, monkeypatch):
    true, kept = Store.remember, []
    told = Outcome([apart("unreadable", "as told")], {})  # by a thread, which keeps no sandbox
    monkeypatch.setattr(Desk, "grade_file", lambda *_: told)
    with local() as cluster:

        def remember(*args):
            true(*args)
            kept.append(args)
            if len(kept) == 2:
                cluster.close()

        monkeypatch.setattr(Store, "remember", remember)
        with pytest.raises(NotReady, match=r"The scheduler at .* is gone.*not graded anew"):
            grade(own_course, scheduler=cluster.scheduler_address)
    assert 2 <= len(kept) < 6


@pytest.mark.parametrize("kind", ["scheduler", "worker"])
def test_every_option_of_the_pages_commands_is_dasks(kind):
    command = import_module(f"distributed.cli.dask_{kind}").main
    known = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    pods = yaml.safe_load(block("yaml", "kind: Deployment"))["spec"]["template"]["spec"]
    pod = " ".join(pods["containers"][0]["command"] + pods["containers"][0]["args"])
    text = f"{block('sh', 'srun')}&{pod}".replace("\\\n", " ")
    found = [part for part in re.findall(r"dask (\w+)([^&]*)", text) if part[0] == kind]
    assert len(found) == {"scheduler": 1, "worker": 2}[kind]
    for _, options in found:
        assert set(re.findall(r"--[a-z-]+", options)) <= known
