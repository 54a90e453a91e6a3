"""Small real weights to fetch: GGUF files, wheels that carry them, a hub that serves them."""

from __future__ import annotations

import hashlib
import re
import struct
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bot.models.catalog import IndexWheels, Kind, PinnedFile, Weights

WHEELS = IndexWheels("tiny-part{part}", "1.0", 3, "tiny_part{part}/data/part{part:02}.bin")
ONE_WHEEL = IndexWheels("tiny", "1.0", 1, "tiny/tiny.gguf")


def gguf(floats: int = 1000) -> bytes:
    """A GGUF file with a vocabulary and one f32 tensor."""

    def string(text: str) -> bytes:
        return struct.pack("<Q", len(text)) + text.encode()

    words = [f"word{number}" for number in range(50)]
    vocabulary = struct.pack("<IIQ", 9, 8, len(words)) + b"".join(map(string, words))
    values = string("general.alignment") + struct.pack("<II", 4, 64)
    values += string("tokenizer.ggml.tokens") + vocabulary
    tensor = string("output.weight") + struct.pack("<IQIQ", 1, floats, 0, 0)
    header = b"GGUF" + struct.pack("<IQQ", 3, 1, 2) + values + tensor
    padding = b"\0" * (-len(header) % 64)
    numbers = (value % 251 / 7 for value in range(floats))
    return header + padding + struct.pack(f"<{floats}f", *numbers)


def one_file(data: bytes, *, sha256: str | None = None) -> Weights:
    """Weights that are one GGUF file of this content, or at least pinned so."""
    digest = sha256 or hashlib.sha256(data).hexdigest()
    return _weights("tiny", "tiny.gguf", (PinnedFile("tiny.gguf", len(data), digest),))


def folder_of(contents: dict[str, bytes]) -> Weights:
    """Weights that are a folder of files with these contents."""
    files = (
        PinnedFile(path, len(data), hashlib.sha256(data).hexdigest())
        for path, data in contents.items()
    )
    return _weights("tiny-folder", "tiny-folder", tuple(files))


def _weights(name: str, path: str, files: tuple[PinnedFile, ...]) -> Weights:
    return Weights(
        name=name,
        kind=Kind.WRITER,
        title="Tiny weights",
        note="",
        licence="Apache-2.0",
        memory=0,
        measured=True,
        path=path,
        files=files,
        sources=(),
    )


def write_wheel(
    folder: Path,
    name: str,
    version: str,
    members: dict[str, bytes],
    *,
    requires: Sequence[str] = (),
) -> Path:
    """Write a wheel that carries `members`; its code would fail if anybody imported it."""
    folder.mkdir(parents=True, exist_ok=True)
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    path = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr(f"{module}/__init__.py", "raise RuntimeError('imported')\n")
        for member, data in members.items():
            wheel.writestr(member, data)
        described = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        described += "".join(f"Requires-Dist: {other}\n" for other in requires)
        wheel.writestr(f"{info}/METADATA", described)
        tags = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        wheel.writestr(f"{info}/WHEEL", tags)
        wheel.writestr(f"{info}/RECORD", "")
    return path


def write_parts(folder: Path, data: bytes, *, origin: IndexWheels = WHEELS) -> list[Path]:
    """Cut `data` into the wheels that `origin` describes."""
    size = -(-len(data) // origin.parts)
    return [
        write_wheel(
            folder,
            origin.distribution.format(part=part),
            origin.version,
            {origin.member.format(part=part, file=""): data[(part - 1) * size : part * size]},
        )
        for part in range(1, origin.parts + 1)
    ]


@contextmanager
def hub(contents: dict[str, bytes], *, etag: str | None = None) -> Iterator[tuple[str, list[str]]]:
    """A hub on this machine: its address, and the requests as they come (`GET path range`)."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            asked = self.headers.get("Range", "")
            requests.append(f"{self.command} {self.path} {asked}".strip())
            data = contents.get(self.path.split("/resolve/")[-1].partition("/")[2])
            if data is None:
                self.send_error(404)
                return
            span = re.match(r"bytes=(\d+)-", asked)
            start = int(span[1]) if span else 0
            self.send_response(206 if span else 200)
            self.send_header("ETag", f'"{etag or hashlib.sha256(data).hexdigest()}"')
            self.send_header("X-Repo-Commit", "0" * 40)
            self.send_header("Content-Length", str(len(data) - start))
            if span:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.end_headers()
            if body:
                self.wfile.write(data[start:])

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", requests
    finally:
        server.shutdown()
        server.server_close()
