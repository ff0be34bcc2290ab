"""A Dask cluster that grades: whom its scheduler lets in, and whether its workers can grade.

Whoever reaches an open scheduler, or an open worker, runs any program there.
"""

import asyncio
import ipaddress
import platform
import socket
import ssl
from importlib.metadata import version
from pathlib import Path

from dlcourse.checks.exercise import AuthorError
from dlcourse.extras import how_to_have
from dlcourse.grading.answer import rules
from dlcourse.grading.grade import Desk
from dlcourse.grading.ready import NotReady
from dlcourse.sandbox.sandbox import SandboxError

PATIENCE = 10  # seconds that a scheduler may take to answer
ENCRYPTED = ("tls", "wss")
TOLD = 3  # workers whose faults are told one by one
OPEN = (
    "{} is open: whoever reaches that port runs any program there, as you. Give scheduler and "
    "workers certificates and a tls:// address (docs/cluster.md), or start both with `--host "
    "127.0.0.1` on a machine of your own. Where nobody else reaches that port, grade with "
    "--insecure-scheduler."
)
CERTIFICATES = "Name them in a file, and that file in DASK_CONFIG, as docs/cluster.md shows."


def scheduler_of(address, insecure=False):
    """Connect to a Dask scheduler that has workers.

    Parameters
    ----------
    address : str
        As ``tls://HOST:PORT``.
    insecure : bool
        Take one that is open to a network, too.

    Returns
    -------
    distributed.Client

    Raises
    ------
    NotReady
        If there is none, or one that is open to others than this machine.
    """
    try:
        from distributed import Client
    except ImportError:
        text = f"A cluster needs Dask: {how_to_have('cluster')}. Or grade without --scheduler."
        raise NotReady(text) from None

    if not insecure and is_open(address):
        raise NotReady(OPEN.format(address))
    _check_address(address)
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise NotReady(_absent(address, error)) from None
    try:
        _check_members(client, address, insecure)
    except NotReady:
        client.close()
        raise
    return client


def _check_address(address):
    """Tell what is wrong with an address before Dask retries it for long."""
    from distributed.comm.addressing import parse_address, parse_host_port
    from distributed.security import Security

    scheme, place = parse_address(address)
    if scheme == "inproc":
        return
    if scheme not in ENCRYPTED and Security().require_encryption:
        raise NotReady(f"Dask's settings here demand encryption: name tls://{place} instead.")
    if scheme in ENCRYPTED:
        try:
            context = Security().get_connection_args("client")["ssl_context"]
        except (OSError, ValueError) as error:  # ssl's own are OSError
            why = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
            text = f"The certificates for {address} cannot be read ({why}). {CERTIFICATES}"
            raise NotReady(text) from None
        if context is None:
            raise NotReady(f"{address} asks for certificates, and there are none. {CERTIFICATES}")
    try:
        socket.create_connection(parse_host_port(place), timeout=PATIENCE).close()
    except (OSError, ValueError) as error:
        raise NotReady(_absent(address, error)) from None


def _absent(address, error):
    if isinstance(error.__cause__, ssl.SSLError) or "certificate" in str(error).lower():
        return (
            f"The scheduler at {address} was started without certificates, or with those of "
            f"another authority than this process has. {CERTIFICATES}"
        )
    if "closed" in str(error):  # somebody is there, who speaks another way
        return f"What answers at {address} hangs up. If it has certificates, name it by tls://."
    why = getattr(error, "strerror", None) or error or type(error).__name__
    return (
        f"No scheduler answers at {address} ({why}). Start one with `dask scheduler`, or grade "
        "without --scheduler."
    )


def _check_members(client, address, insecure):
    workers = list(client.nthreads())
    own = client.scheduler_info(n_workers=0)["address"]  # it may listen where we did not ask
    for one in () if insecure else (own, *workers):
        if is_open(one):
            raise NotReady(OPEN.format(one))
    if not workers:
        raise NotReady(
            f"The scheduler at {address} has no workers. Start some with `dask worker {address}`."
        )


def is_open(address):
    """Tell whether others than this machine may give orders at an address.

    Returns
    -------
    bool
        True, too, of a name that leads nowhere.
    """
    from distributed.comm.addressing import parse_address, parse_host_port

    scheme, place = parse_address(address)
    if scheme in (*ENCRYPTED, "inproc"):
        return False
    try:
        found = socket.getaddrinfo(parse_host_port(place, 0)[0], None)
    except (OSError, ValueError):
        return True
    hosts = {entry[4][0].partition("%")[0] for entry in found}
    return not all(ipaddress.ip_address(host).is_loopback for host in hosts)


def check_workers(client, place, files):
    """Tell whether all workers can grade as this process would, before anything is graded.

    Parameters
    ----------
    client : distributed.Client
    place : dlcourse.grading.team.Place
    files : list of Path
        Submissions.

    Raises
    ------
    NotReady
    """
    file = next((file for file in files if file.is_file()), None)
    here = made_of()
    found = client.run(look, place, file, on_error="return")
    faults = {worker: fault for worker, one in found.items() if (fault := _fault(one, here))}
    if not faults:
        return
    told = [f"{worker}: {fault}" for worker, fault in list(faults.items())[:TOLD]]
    raise NotReady(
        f"{len(faults)} of {len(found)} workers cannot grade, and nothing was graded.\n"
        + "\n".join(told)
        + ("\n..." if len(faults) > TOLD else "")
    )


def _fault(found, here):
    """What is wrong with a worker, from what `look` gave or how it failed; "" if nothing."""
    if isinstance(found, ModuleNotFoundError):
        return f"no package {found.name} there. Install dlcourse there as here."
    if isinstance(found, Exception):
        return f"a look at it failed ({type(found).__name__}: {found})."
    fault, there = found
    other = [f"{name} {there.get(name)} there, {here[name]} here" for name in here]
    other = [text for text, name in zip(other, here, strict=True) if there.get(name) != here[name]]
    if other:
        return f"{', '.join(other)}: marks could differ. Install the same there as here."
    return fault


def made_of():
    """Versions of all that a mark may depend on beside the course's folder."""
    packages = ("numpy", "torch")
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python, **{p: version(p) for p in packages}, "dlcourse": rules()}


async def look(place, file):
    """What a worker says of itself: what hinders it, or "", and `made_of`.

    In a thread of its own, so that the worker answers its scheduler meanwhile.
    """
    return await asyncio.to_thread(_look, place, file), made_of()


def _look(place, file):
    advice = (
        "Give the workers the course's folder with course/, solutions/ and submitted/ under the "
        "same path as here, as on a shared file system."
    )
    if not Path(place.root).is_dir():
        return f"there is no folder {place.root} there. {advice}"
    try:
        with Desk(place.root, place.lecture, place.unsafe, place.seed, place.seconds) as desk:
            for name in desk.exercises:
                desk.grader.paper(name)
            desk.grader.sandbox("numpy")
    except SandboxError as error:
        return str(error)
    except (OSError, AuthorError) as error:
        return f"{error} {advice}"
    if file is not None and not file.is_file():
        return f"it does not see {file}. {advice}"
    return ""
