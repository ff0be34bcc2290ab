"""Fetch the files of the public data sets once, and verify them.

A file that arrives is checked against its SHA-256 before it takes its place in the cache; a broken
connection leaves its beginning there, and the next try continues where it stopped. The cache is
the folder of the environment variable ``DLCOURSE_DATA``, else pooch's usual one; a class room with
its own copy names its address in ``DLCOURSE_MIRROR`` (one folder a data set below it).
"""

import os
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

CHUNK = 1 << 16
TIMEOUT = 20  # seconds without a byte


class Source(NamedTuple):
    """Where a data set's files lie and what they hash to."""

    mirrors: tuple
    sha256: dict  # file name -> hex digest


SOURCES = {
    "mnist": Source(
        (
            "https://ossci-datasets.s3.amazonaws.com/mnist",
            "https://storage.googleapis.com/cvdf-datasets/mnist",
        ),
        {
            "train-images-idx3-ubyte.gz": (
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
            ),
            "train-labels-idx1-ubyte.gz": (
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
            ),
            "t10k-images-idx3-ubyte.gz": (
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
            ),
            "t10k-labels-idx1-ubyte.gz": (
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
            ),
        },
    ),
    "fashion_mnist": Source(
        (
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
        ),
        {
            "train-images-idx3-ubyte.gz": (
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
            ),
            "train-labels-idx1-ubyte.gz": (
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
            ),
            "t10k-images-idx3-ubyte.gz": (
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"
            ),
            "t10k-labels-idx1-ubyte.gz": (
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"
            ),
        },
    ),
    "cifar10": Source(
        ("https://www.cs.toronto.edu/~kriz", "https://cave.cs.toronto.edu/kriz"),
        {
            "cifar-10-binary.tar.gz": (
                "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
            ),
        },
    ),
}


class DownloadFailed(OSError):
    """No mirror gave the file that was asked for; the message says what each one gave."""

    def _render_traceback_(self):
        return [f"DownloadFailed: {self}"]  # in a notebook the message is enough


def fetch(name, filename, *, mirrors=None, cache=None):
    """Give the path of one verified file of the data set `name`, downloading it if need be.

    Parameters
    ----------
    name : str
        A key of `SOURCES`.
    filename : str
        One of that data set's files.
    mirrors : sequence of str, optional
        Base addresses, tried in order, in place of the public hosts.
    cache : path, optional
        Folder of the cache; the data set gets a folder of its own below it.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    DownloadFailed
        If no mirror gave the right bytes. Nothing that failed its checksum is kept.
    """
    import pooch

    digest = SOURCES[name].sha256[filename]
    folder = Path(cache or os.environ.get("DLCOURSE_DATA") or pooch.os_cache("dlcourse")) / name
    failures = []
    for base in _mirrors(name, mirrors):
        url = f"{base.rstrip('/')}/{filename}"
        download = ResumingDownload(folder / f"{filename}.part")
        wanted = dict(known_hash=f"sha256:{digest}", fname=filename, path=folder)
        try:
            with _quiet(pooch.get_logger()):
                return Path(pooch.retrieve(url, **wanted, downloader=download))
        except (OSError, ValueError) as error:  # requests' errors are OSErrors
            failures.append(f"  {url}: {download.explain(error)}")
    raise DownloadFailed(
        f"could not get {filename} of {name}:\n" + "\n".join(failures) + "\n"
        f"Check the network and run this again (a broken download continues where it stopped), or "
        f"put the file into {folder} yourself, or work with the bundled digits (in a call: "
        "fallback='digits')."
    )


@contextmanager
def _quiet(logger):
    level = logger.level
    logger.setLevel("WARNING")  # a notebook shows the notes on progress as red text
    try:
        yield
    finally:
        logger.setLevel(level)


def _mirrors(name, mirrors):
    if mirrors is not None:
        return [mirrors] if isinstance(mirrors, str) else mirrors
    own = os.environ.get("DLCOURSE_MIRROR")
    return [f"{own.rstrip('/')}/{name}"] if own else SOURCES[name].mirrors


class ResumingDownload:
    """A downloader for pooch that keeps what came before a break, and asks for the rest.

    The beginning lies in `part` between two tries. A try takes it away by renaming it, so that two
    processes never write to one file.
    """

    def __init__(self, part):
        self.part = part
        self.received = 0
        self.beginning = b""

    def __call__(self, url, output_file, pooch=None):
        output = Path(output_file)
        if self.part.exists():
            self.part.replace(output)
        try:
            self._append(url, output)
        except BaseException:  # an interrupted cell counts as a break too
            if output.stat().st_size:
                output.replace(self.part)
            raise
        finally:
            self._look_at(output if output.exists() else self.part)

    def _append(self, url, output):
        import requests
        from tqdm.auto import tqdm

        have = output.stat().st_size
        # identity: a .gz that the client unpacked on the way would fail its checksum
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                output.write_bytes(b"")
                return self._append(url, output)
            response.raise_for_status()
            resumed = response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
            have = have if resumed else 0
            total = have + int(response.headers.get("Content-Length", 0))
            name = output.parent.name
            bar = tqdm(total=total, initial=have, desc=name, unit="B", unit_scale=True)
            with bar, output.open("ab" if resumed else "wb") as file:
                for chunk in _chunks(response):
                    file.write(chunk)
                    bar.update(len(chunk))

    def _look_at(self, path):
        if path.exists():
            self.received = path.stat().st_size
            with path.open("rb") as file:
                self.beginning = file.read(24)

    def explain(self, error):
        """Say in one line what a failed try received."""
        import requests

        if isinstance(error, requests.HTTPError):
            return f"the server answered {error.response.status_code} {error.response.reason}"
        if isinstance(error, ValueError) and "hash" in str(error):
            verdict = str(error).split(". Deleted")[0]
            return f"{self.received:,} bytes came, beginning {self.beginning!r}: {verdict}"
        if not isinstance(error, requests.RequestException):
            return f"{type(error).__name__}: {error}"  # no room, no permission
        if self.received:
            return f"the connection broke after {self.received:,} bytes, which are kept"
        return f"no answer ({type(error).__name__})"


def _chunks(response):
    """Yield the body as it is on the wire; a body shorter than announced is a broken connection."""
    import requests
    from urllib3.exceptions import HTTPError

    try:
        yield from response.raw.stream(CHUNK, decode_content=False)
    except HTTPError as error:
        raise requests.ConnectionError(error) from error
