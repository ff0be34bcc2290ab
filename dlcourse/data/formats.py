"""Read the files in which MNIST, Fashion-MNIST and CIFAR-10 are published."""

import gzip
import math
import tarfile
import zlib
from pathlib import Path

import numpy as np

IDX_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path):
    """Read an array in the IDX format of MNIST, gzipped or not.

    Two zero bytes, one for the type, one for the number of axes, each length as a big-endian
    32-bit integer, then the numbers row by row.

    Returns
    -------
    ndarray
        In the machine's own byte order.
    """
    content = _content(path)
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in IDX_TYPES:
        raise ValueError(
            f"{path} is no IDX file: it begins {content[:4]!r}; expected two zero bytes, a type of "
            f"{sorted(IDX_TYPES)} and the number of axes"
        )
    start = 4 + 4 * content[3]
    header = content[4:start]
    shape = tuple(np.frombuffer(header[: len(header) // 4 * 4], ">u4").tolist())
    dtype = np.dtype(IDX_TYPES[content[2]])
    promised = start + math.prod(shape) * dtype.itemsize
    if len(content) != promised:
        raise ValueError(
            f"{path} is damaged: it holds {len(content):,} bytes, and its header (shape {shape}, "
            f"{dtype}) promises {promised:,}; delete it and load it again"
        )
    try:
        array = np.frombuffer(content, dtype, offset=start).reshape(shape)
    except ValueError as error:  # no number is promised, by more or longer axes than arrays have
        raise ValueError(
            f"{path} is damaged: its header begins {content[:16]!r}, {error}; "
            "delete it and load it again"
        ) from None
    return array.astype(dtype.newbyteorder("="))


def _content(path):
    raw = Path(path).read_bytes()
    if raw[:2] != b"\x1f\x8b":
        return raw
    try:
        return gzip.decompress(raw)
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(
            f"{path} is damaged: {len(raw):,} gzipped bytes, {error}; delete it and load it again"
        ) from None


CIFAR_RECORD = 1 + 3 * 32 * 32  # one byte of label, then the red, green and blue plane


def read_cifar10(path):
    """Read CIFAR-10's binary archive (no pickle in it) without unpacking it to disk.

    Returns
    -------
    X_train, y_train, X_test, y_test
        Images of uint8 (N, 3, 32, 32), the five training batches in order, and labels 0 to 9.
    """
    members = [*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"]
    try:
        with tarfile.open(path, "r:gz") as archive:
            inside = {Path(member.name).name: member for member in archive if member.isfile()}
            missing = [name for name in members if name not in inside]
            if missing:
                raise ValueError(f"{path} has no {missing}; it holds {sorted(inside)}")
            batches = [
                _cifar_batch(f"{path}: {name}", archive.extractfile(inside[name]))
                for name in members
            ]
    except (EOFError, OSError, tarfile.TarError, zlib.error) as error:
        raise ValueError(f"{path} is damaged: {error}; delete it and load it again") from None
    images, labels = zip(*batches, strict=True)
    return np.concatenate(images[:5]), np.concatenate(labels[:5]), images[5], labels[5]


def _cifar_batch(name, file):
    content = np.frombuffer(file.read(), np.uint8)
    if len(content) % CIFAR_RECORD:
        raise ValueError(
            f"{name} is damaged: {len(content):,} bytes are no whole number of records of "
            f"{CIFAR_RECORD:,}; delete the archive and load it again"
        )
    records = content.reshape(-1, CIFAR_RECORD)
    if (records[:, 0] > 9).any():
        raise ValueError(f"{name} holds the label {records[:, 0].max()}; CIFAR-10 has 0 to 9")
    return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0]
