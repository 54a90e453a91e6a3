"""Whether a file is a whole GGUF. Reads its header only, with the standard library.

The layout is that of the GGUF specification, versions 2 and 3: magic, version, counts, metadata
(key, type, value), tensor descriptions (name, shape, type, offset), padding, tensor data.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

from bot.errors import ModelError

MAGIC = b"GGUF"

_STRING, _ARRAY = 8, 9
# Bytes of a metadata value by its type: u8 i8 u16 i16 u32 i32 f32 bool, u64 i64 f64.
_VALUE_BYTES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_DEFAULT_ALIGNMENT = 32
# Values in a block and bytes a block, by tensor type. Types that are not listed (new ones) count
# as empty: the file is then checked up to where their data begin.
_BLOCKS = {
    0: (1, 4),  # f32
    1: (1, 2),  # f16
    2: (32, 18),  # q4_0
    3: (32, 20),  # q4_1
    6: (32, 22),  # q5_0
    7: (32, 24),  # q5_1
    8: (32, 34),  # q8_0
    10: (256, 84),  # q2_k
    11: (256, 110),  # q3_k
    12: (256, 144),  # q4_k
    13: (256, 176),  # q5_k
    14: (256, 210),  # q6_k
    20: (32, 18),  # iq4_nl
    23: (256, 136),  # iq4_xs
    30: (1, 2),  # bf16
}


def check_gguf(path: Path) -> None:
    """Raise ModelError unless `path` is a GGUF file with all of its tensors.

    Takes a fraction of a second whatever the file's size: only the header is read.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise ModelError(
                    f"{path} is not a GGUF file. storychat reads weights in the GGUF format; "
                    "`storychat models` lists some that fit."
                )
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                _check_size(path, data)
    except FileNotFoundError:
        raise ModelError(f"There is no file {path}. Check the path of the weights.") from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}.") from None


def _check_size(path: Path, data: mmap.mmap) -> None:
    try:
        required = _required_bytes(data)
    except (struct.error, KeyError, ArithmeticError, RecursionError):
        # The header runs over the file's end, or leads to nonsense.
        required = None
    if required is None or required > len(data):
        lack = "" if required is None else f": it has {len(data):,} bytes of {required:,}"
        raise ModelError(
            f"{path} is truncated or damaged{lack}. Remove it and fetch the weights again."
        )


def _required_bytes(data: mmap.mmap) -> int:
    header = _Header(data)
    version = header.integer("I")
    if not 2 <= version <= 3:
        raise ModelError(
            f"This GGUF file has version {version}, and storychat reads 2 and 3. "
            "Take weights that were converted more recently."
        )
    tensors, values = header.integer("Q"), header.integer("Q")
    alignment = _DEFAULT_ALIGNMENT
    for _ in range(values):
        key, kind = header.string(), header.integer("I")
        if key == b"general.alignment":
            alignment = header.integer("I")
        else:
            header.skip(kind)
    ends = [header.tensor_end() for _ in range(tensors)]
    start_of_data = -(-header.at // alignment) * alignment
    return start_of_data + max(ends, default=0)


class _Header:
    """A GGUF header being read from its start, just behind the magic."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self.at = len(MAGIC)

    def integer(self, form: str) -> int:
        value: int
        (value,) = struct.unpack_from(f"<{form}", self._data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return value

    def string(self) -> bytes:
        length = self.integer("Q")
        start = self.at
        self._move(length)
        return self._data[start : self.at]

    def skip(self, kind: int) -> None:
        """Go past a metadata value."""
        if kind == _STRING:
            self._move(self.integer("Q"))
        elif kind == _ARRAY:
            inner, length = self.integer("I"), self.integer("Q")
            if inner in _VALUE_BYTES:
                self._move(_VALUE_BYTES[inner] * length)
            elif inner == _STRING:
                self._skip_strings(length)
            else:
                for _ in range(length):
                    self.skip(inner)
        else:
            self._move(_VALUE_BYTES[kind])

    def tensor_end(self) -> int:
        """Read a tensor's description; where its data end, in bytes from the start of the data."""
        self.string()
        values = 1
        for _ in range(self.integer("I")):
            values *= self.integer("Q")
        in_block, block_bytes = _BLOCKS.get(self.integer("I"), (1, 0))
        return self.integer("Q") + values // in_block * block_bytes

    def _skip_strings(self, count: int) -> None:
        # A vocabulary has hundreds of thousands of them: no call for each.
        at, length_at = self.at, struct.Struct("<Q").unpack_from
        for _ in range(count):
            at += 8 + length_at(self._data, at)[0]
        self._move(at - self.at)

    def _move(self, amount: int) -> None:
        self.at += amount
        if self.at > len(self._data):
            raise struct.error("the header runs over the file's end")
