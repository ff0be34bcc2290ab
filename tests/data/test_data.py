"""Bundled samples, toy sets, and the verified download, against a server of our own."""

import gzip
import hashlib
import io
import subprocess
import sys
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from dlcourse.data import downloads, formats
from dlcourse.data import sets as data

IMAGE_SETS = {"mnist": data.load_mnist, "fashion_mnist": data.load_fashion_mnist}


# --- bundled samples ------------------------------------------------------------------------------


def test_digits_have_the_documented_shapes_range_and_types():
    digits = data.load_digits()
    assert [a.shape for a in digits] == [(1437, 1, 8, 8), (1437,), (360, 1, 8, 8), (360,)]
    assert [a.dtype for a in digits] == [np.float32, np.int64, np.float32, np.int64]
    assert digits.X_train.min() == 0
    assert digits.X_train.max() == 1


def test_flat_digits_are_the_same_pixels_in_rows():
    flat, square = data.load_digits(flat=True, dtype=np.float64), data.load_digits(dtype=np.float64)
    assert flat.X_train.dtype == np.float64
    np.testing.assert_array_equal(flat.X_test, square.X_test.reshape(360, 64))


def test_digits_are_scikit_learns_in_another_order():
    theirs = pytest.importorskip("sklearn.datasets").load_digits()
    digits = data.load_digits(flat=True)
    rows = np.concatenate([digits.X_train, digits.X_test]) * 16
    labels = np.concatenate([digits.y_train, digits.y_test])
    ours = np.column_stack([rows, labels])
    other = np.column_stack([theirs.data, theirs.target])
    np.testing.assert_array_equal(ours[np.lexsort(ours.T)], other[np.lexsort(other.T)])


@pytest.mark.parametrize("load", [data.load_digits, data.load_iris])
def test_every_class_has_the_same_share_in_both_parts_and_rows_are_shuffled(load):
    dataset = load()
    shares = [np.bincount(y) / len(y) for y in (dataset.y_train, dataset.y_test)]
    np.testing.assert_allclose(*shares, atol=2 / len(dataset.y_test))
    assert (np.diff(dataset.y_train) < 0).sum() > len(dataset.y_train) / 5


def test_iris_keeps_fishers_centimetres():
    iris = data.load_iris()
    X = np.concatenate([iris.X_train, iris.X_test])
    assert X.shape == (150, 4)
    np.testing.assert_allclose(X.min(axis=0), [4.3, 2.0, 1.0, 0.1])  # scikit-learn's description
    np.testing.assert_allclose(X.max(axis=0), [7.9, 4.4, 6.9, 2.5])
    np.testing.assert_allclose(X.mean(axis=0), [5.84, 3.06, 3.76, 1.20], atol=0.005)


def test_photographs_are_two_colour_images_with_channels_first():
    photographs = data.load_photographs()
    assert photographs.shape == (2, 3, 213, 320)
    assert photographs.dtype == np.float32
    assert 0 <= photographs.min() < 0.05 < 0.95 < photographs.max() <= 1
    sky, petal = photographs[0, :, 20, 160], photographs[1, :, 100, 160]
    assert sky[2] > sky[0]  # the temple's sky is blue, the flower is orange
    assert petal[0] > petal[2]


def test_text_is_ascii_prose_of_the_documented_size():
    text = data.load_text()
    assert len(text) == 7135
    assert len(set(text)) == 58
    assert text.startswith("CHAPTER I.")


def test_every_bundled_file_has_its_licence_line():
    licences = (data.SAMPLES / "LICENSES.md").read_text()
    bundled = {p.name for p in data.SAMPLES.iterdir() if p.suffix in {".npz", ".txt", ".json"}}
    assert len(bundled) == 28
    assert [name for name in bundled if f"`{name}`" not in licences] == []


def test_import_of_data_loads_numpy_only():
    script = "import sys, dlcourse.data; print(sorted(set(sys.modules) & set(sys.argv[1:])))"
    heavy = ["torch", "sklearn", "matplotlib", "pooch", "requests", "tqdm"]
    run = subprocess.run([sys.executable, "-c", script, *heavy], capture_output=True, text=True)
    assert (run.stdout.strip(), run.returncode) == ("[]", 0), run.stderr


# --- toy sets -------------------------------------------------------------------------------------

TOYS = [data.make_blobs, data.make_moons, data.make_circles, data.make_spirals, data.make_xor]


@pytest.mark.parametrize("make", TOYS)
def test_toy_set_is_balanced_and_follows_its_seed(make):
    X, y = make(90, np.random.default_rng(3))
    again, _ = make(90, np.random.default_rng(3))
    other, _ = make(90, np.random.default_rng(4))
    assert X.shape == (90, 2)
    assert np.ptp(np.bincount(y)) <= 2
    np.testing.assert_array_equal(X, again)
    assert not np.array_equal(X, other)


def test_xor_labels_are_the_exclusive_or_of_the_corners():
    X, y = data.make_xor(40, np.random.default_rng(0), noise=0)
    np.testing.assert_array_equal(y, X[:, 0] != X[:, 1])


def test_circles_and_spirals_have_the_radii_they_promise():
    X, y = data.make_circles(50, np.random.default_rng(0), noise=0, inner=0.3)
    np.testing.assert_allclose(np.linalg.norm(X, axis=1), np.where(y == 0, 1, 0.3))
    X, y = data.make_spirals(3000, np.random.default_rng(0), noise=0, n_classes=4, turns=1)
    radius = np.linalg.norm(X, axis=1)
    turned = np.exp(-2j * np.pi * (radius + y / 4)) * (X[:, 0] + 1j * X[:, 1])
    np.testing.assert_allclose(turned, radius, atol=1e-12)


def test_moons_without_noise_lie_on_two_half_circles():
    X, y = data.make_moons(100, np.random.default_rng(0), noise=0)
    centre = np.where(y[:, None] == 0, [0.0, 0.0], [1.0, 0.5])
    np.testing.assert_allclose(np.linalg.norm(X - centre, axis=1), 1)
    assert (np.sign(X[:, 1] - centre[:, 1]) == np.where(y == 0, 1, -1)).all()


def test_impossible_toy_set_is_refused_with_what_was_asked():
    with pytest.raises(ValueError, match="n=-1"):
        data.make_moons(-1, np.random.default_rng(0))


# --- a server of files in the real formats --------------------------------------------------------


def idx(array):
    codes = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}
    header = bytes([0, 0, codes[array.dtype.str[1:]], array.ndim])
    lengths = np.array(array.shape, ">u4").tobytes()
    return header + lengths + array.astype(array.dtype.newbyteorder(">")).tobytes()


def cifar_archive(batches):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in batches.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def cifar_batches(rng, n=4):
    names = [*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"]
    records = {name: rng.integers(0, 256, (n, 3073), np.uint8) for name in names}
    for batch in records.values():
        batch[:, 0] %= 10
    return records


class FileServer:
    """Serves `files` on 127.0.0.1, with the faults that a test asks for."""

    def __init__(self, files):
        self.files = files
        self.break_after = {}  # path -> bytes after which the connection closes, once
        self.requests = []  # (path, Range header)
        self.ranges = True
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self)

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}).start()

    def answer(self, handler):
        path, wanted = handler.path, handler.headers.get("Range")
        self.requests.append((path, wanted))
        if path not in self.files:
            handler.send_error(404)
            return
        content = self.files[path]
        if "gzip" in handler.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content)  # as some servers do to whoever allows it
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.ranges else 0
        if start and start >= len(content):
            handler.send_error(416)
            return
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        handler.send_header("Content-Length", str(len(content) - start))
        handler.end_headers()
        handler.wfile.write(content[start:][: self.break_after.pop(path, None)])

    def close(self):
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def serve(monkeypatch, tmp_path):
    """Serve files of a data set and make their hashes the known ones."""
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path / "cache"))
    monkeypatch.delenv("DLCOURSE_MIRROR", raising=False)
    servers = []

    def start(name, files):
        server = FileServer({f"/{filename}": content for filename, content in files.items()})
        hashes = {
            filename: hashlib.sha256(content).hexdigest() for filename, content in files.items()
        }
        monkeypatch.setitem(downloads.SOURCES, name, downloads.Source((server.base,), hashes))
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def digits_like():
    rng = np.random.default_rng(5)
    arrays = {
        "train-images-idx3-ubyte.gz": rng.integers(0, 256, (7, 28, 28), np.uint8),
        "train-labels-idx1-ubyte.gz": rng.integers(0, 10, 7).astype(np.uint8),
        "t10k-images-idx3-ubyte.gz": rng.integers(0, 256, (3, 28, 28), np.uint8),
        "t10k-labels-idx1-ubyte.gz": rng.integers(0, 10, 3).astype(np.uint8),
    }
    return arrays, {name: gzip.compress(idx(array)) for name, array in arrays.items()}


def test_names_of_known_files_are_those_that_the_loaders_ask_for(digits_like):
    assert set(downloads.SOURCES["mnist"].sha256) == set(digits_like[1])
    assert set(downloads.SOURCES["fashion_mnist"].sha256) == set(digits_like[1])
    assert set(downloads.SOURCES["cifar10"].sha256) == {"cifar-10-binary.tar.gz"}
    hashes = [h for source in downloads.SOURCES.values() for h in source.sha256.values()]
    assert [len(bytes.fromhex(h)) for h in hashes] == [32] * 9


@pytest.mark.parametrize("name", IMAGE_SETS)
def test_idx_data_set_arrives_as_images_in_unit_range(name, serve, digits_like):
    arrays, files = digits_like
    serve(name, files)
    loaded = IMAGE_SETS[name]()
    assert loaded.X_train.shape == (7, 1, 28, 28)
    assert loaded.X_train.dtype == np.float32
    np.testing.assert_allclose(
        loaded.X_test[:, 0], arrays["t10k-images-idx3-ubyte.gz"] / 255, rtol=1e-6
    )
    np.testing.assert_array_equal(loaded.y_train, arrays["train-labels-idx1-ubyte.gz"])
    assert IMAGE_SETS[name](flat=True).X_test.shape == (3, 784)


def test_cifar10_arrives_with_its_batches_in_order(serve):
    batches = cifar_batches(np.random.default_rng(6))
    archive = cifar_archive({name: batch.tobytes() for name, batch in batches.items()})
    serve("cifar10", {"cifar-10-binary.tar.gz": archive})
    loaded = data.load_cifar10(dtype=np.float64)
    assert loaded.X_train.shape == (20, 3, 32, 32)
    fourth = batches["data_batch_2.bin"][0]
    assert loaded.y_train[4] == fourth[0]
    np.testing.assert_array_equal(loaded.X_train[4].ravel(), fourth[1:] / 255)
    np.testing.assert_array_equal(loaded.y_test, batches["test_batch.bin"][:, 0])


def test_second_load_is_served_by_the_cache(serve, digits_like):
    server = serve("mnist", digits_like[1])
    first = data.load_mnist()
    assert len(server.requests) == 4
    np.testing.assert_array_equal(data.load_mnist().X_train, first.X_train)
    assert len(server.requests) == 4


def test_corrupt_download_is_refused_and_not_kept(serve, digits_like, tmp_path):
    server = serve("mnist", digits_like[1])
    server.files["/train-images-idx3-ubyte.gz"] = b"<html>please log in</html>"
    with pytest.raises(downloads.DownloadFailed) as refused:
        data.load_mnist()
    message = str(refused.value)
    assert "26 bytes came, beginning b'<html>" in message
    assert hashlib.sha256(b"<html>please log in</html>").hexdigest() in message
    assert list((tmp_path / "cache" / "mnist").iterdir()) == []


def test_damaged_file_in_the_cache_is_fetched_again(serve, digits_like, tmp_path):
    server = serve("mnist", digits_like[1])
    whole = data.load_mnist()
    cached = tmp_path / "cache" / "mnist" / "train-images-idx3-ubyte.gz"
    cached.write_bytes(cached.read_bytes()[:-9])
    np.testing.assert_array_equal(data.load_mnist().X_train, whole.X_train)
    assert [path for path, _ in server.requests].count("/train-images-idx3-ubyte.gz") == 2


def test_broken_download_says_so_and_continues_where_it_stopped(serve, digits_like, tmp_path):
    server = serve("mnist", digits_like[1])
    path = "/train-images-idx3-ubyte.gz"
    server.break_after[path] = 1000
    with pytest.raises(downloads.DownloadFailed, match="broke after 1,000 bytes, which are kept"):
        data.load_mnist()
    part = tmp_path / "cache" / "mnist" / f"{path[1:]}.part"
    assert part.stat().st_size == 1000
    assert data.load_mnist().X_train.shape == (7, 1, 28, 28)
    assert server.requests[:2] == [(path, None), (path, "bytes=1000-")]
    assert not part.exists()


def test_server_without_ranges_is_read_from_the_start_again(serve, digits_like):
    server = serve("mnist", digits_like[1])
    server.ranges = False
    server.break_after["/t10k-images-idx3-ubyte.gz"] = 500
    with pytest.raises(downloads.DownloadFailed):
        data.load_mnist()
    assert data.load_mnist().X_test.shape == (3, 1, 28, 28)


def test_a_part_longer_than_the_file_is_thrown_away(serve, digits_like, tmp_path):
    serve("mnist", digits_like[1])
    part = tmp_path / "cache" / "mnist" / "t10k-labels-idx1-ubyte.gz.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 5000)
    assert data.load_mnist().y_test.shape == (3,)


def test_a_wrong_beginning_is_caught_and_does_not_block_the_next_try(serve, digits_like, tmp_path):
    serve("mnist", digits_like[1])
    part = tmp_path / "cache" / "mnist" / "train-images-idx3-ubyte.gz.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 100)
    with pytest.raises(downloads.DownloadFailed, match="does not match"):
        data.load_mnist()
    assert data.load_mnist().X_train.shape == (7, 1, 28, 28)


def test_missing_file_is_quoted_with_the_servers_answer(serve, digits_like):
    server = serve("mnist", digits_like[1])
    del server.files["/train-labels-idx1-ubyte.gz"]
    with pytest.raises(downloads.DownloadFailed, match=r"labels-idx1-ubyte.gz: .*answered 404"):
        data.load_mnist()


def test_next_mirror_is_tried_when_the_first_fails(serve, digits_like):
    server = serve("mnist", digits_like[1])
    loaded = data.load_mnist(mirrors=[f"{server.base}/nothing", f"{server.base}/"])
    assert len(loaded.X_train) == 7
    assert server.requests[0][0].startswith("/nothing/")


def test_mirror_of_a_class_room_is_taken_from_the_environment(serve, digits_like, monkeypatch):
    server = serve("mnist", {})
    monkeypatch.setenv("DLCOURSE_MIRROR", server.base)
    server.files |= {f"/mnist/{name}": content for name, content in digits_like[1].items()}
    hashes = {n: hashlib.sha256(c).hexdigest() for n, c in digits_like[1].items()}
    monkeypatch.setitem(downloads.SOURCES, "mnist", downloads.Source(("http://nowhere",), hashes))
    assert len(data.load_mnist().X_test) == 3


def test_cache_that_cannot_be_written_is_named(serve, digits_like, tmp_path):
    serve("mnist", digits_like[1])
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(downloads.DownloadFailed, match=r"Error: .*file"):
        data.load_mnist(cache=tmp_path / "file")


def test_read_only_cache_that_holds_the_files_is_enough(serve, digits_like, tmp_path):
    server = serve("mnist", {})
    hashes = {n: hashlib.sha256(c).hexdigest() for n, c in digits_like[1].items()}
    downloads.SOURCES["mnist"] = downloads.Source((server.base,), hashes)
    folder = tmp_path / "shared" / "mnist"
    folder.mkdir(parents=True)
    for name, content in digits_like[1].items():
        (folder / name).write_bytes(content)
    folder.chmod(0o500)
    assert len(data.load_mnist(cache=tmp_path / "shared").X_train) == 7
    assert server.requests == []


@pytest.fixture
def dead_address(serve):
    server = serve("mnist", {"train-images-idx3-ubyte.gz": b""})
    server.http.server_close()  # the port is closed: nobody listens, as without a network
    return server.base


def test_offline_without_fallback_is_an_error_that_says_what_to_do(dead_address):
    with pytest.raises(downloads.DownloadFailed, match=r"no answer.*(?s:.)*fallback='digits'"):
        data.load_mnist(mirrors=dead_address)


def test_offline_with_fallback_gives_the_bundled_digits_and_a_warning(dead_address):
    with pytest.warns(UserWarning, match="bundled 8x8 digits, not mnist"):
        loaded = data.load_mnist(mirrors=[dead_address], fallback="digits", flat=True)
    np.testing.assert_array_equal(loaded.X_train, data.load_digits(flat=True).X_train)


def test_unknown_fallback_is_refused_before_any_download(dead_address):
    with pytest.raises(ValueError, match="fallback='iris'"):
        data.load_mnist(mirrors=dead_address, fallback="iris")


def test_failure_shows_as_one_message_in_a_notebook():
    assert downloads.DownloadFailed("no")._render_traceback_() == ["DownloadFailed: no"]


# --- the readers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_idx_of_every_type_and_rank_comes_back(dtype, compress, tmp_path):
    rng = np.random.default_rng(8)
    for shape in [(3,), (2, 5), (2, 3, 4), (0, 28, 28)]:
        array = (rng.normal(size=shape) * 50).astype(dtype)
        (tmp_path / "array").write_bytes(compress(idx(array)))
        read = formats.read_idx(tmp_path / "array")
        assert read.dtype == array.dtype
        np.testing.assert_array_equal(read, array)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda raw: raw[:-1], "holds 23 bytes, and its header .* promises 24"),
        (lambda raw: raw + b"!", "holds 25 bytes"),
        (lambda raw: raw[:6], "holds 6 bytes"),
        (lambda raw: b"", "begins b''"),
        (lambda raw: b"\x89PNG" + raw, "is no IDX file"),
        (lambda raw: raw[:2] + b"\x0a" + raw[3:], "is no IDX file"),
        (lambda raw: bytes([0, 0, 8, 255]) + b"\0\0\0\1" * 255 + b"!", r"begins b.*\\x08\\xff"),
        (lambda raw: bytes([0, 0, 8, 4]) + bytes(4) + b"\xff" * 12, r"begins b.*\\x08\\x04"),
        (lambda raw: gzip.compress(raw)[:-6], "gzipped bytes"),
        (lambda raw: gzip.compress(raw)[:10] + b"\xff" * 20, "gzipped bytes"),
        (lambda raw: gzip.compress(raw)[:-6] + b"123456", "gzipped bytes"),
    ],
)
def test_spoilt_idx_is_refused_with_what_it_holds(spoil, says, tmp_path):
    (tmp_path / "array").write_bytes(spoil(idx(np.arange(12, dtype=np.uint8).reshape(3, 4))))
    with pytest.raises(ValueError, match=says):
        formats.read_idx(tmp_path / "array")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda batches: batches.pop("test_batch.bin"), r"has no \['test_batch.bin'\]"),
        (lambda batches: batches.update({"data_batch_3.bin": bytes(3072)}), "3,072 bytes"),
        (lambda batches: batches.update({"data_batch_3.bin": b"\x0a" * 3073}), "label 10"),
    ],
)
def test_spoilt_cifar_archive_is_refused_with_what_it_holds(spoil, says, tmp_path):
    batches = {n: b.tobytes() for n, b in cifar_batches(np.random.default_rng(9), 1).items()}
    spoil(batches)
    (tmp_path / "archive").write_bytes(cifar_archive(batches))
    with pytest.raises(ValueError, match=says):
        formats.read_cifar10(tmp_path / "archive")


def test_truncated_cifar_archive_is_refused(tmp_path):
    batches = {n: b.tobytes() for n, b in cifar_batches(np.random.default_rng(9), 2).items()}
    (tmp_path / "archive").write_bytes(cifar_archive(batches)[:20000])
    with pytest.raises(ValueError, match="is damaged"):
        formats.read_cifar10(tmp_path / "archive")
