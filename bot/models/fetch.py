"""Getting weights onto this machine: whole, checked, and moved into place last.

A folder of weights holds what is ready under its own name. `.fetching/` in it holds what is on
the way, one folder a source, and is gone on with by the next run.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

from bot.errors import ModelError
from bot.models.catalog import HubRepository, PinnedFile, Weights
from bot.models.gguf import check_gguf
from bot.models.sources import HubSource, Source, SourceError, file_bytes
from bot.models.wheels import PackageIndexSource

_LOOK_EVERY = 0.2  # seconds between two looks at how much has come
_SCRATCH_BYTES = 200_000_000  # what a source may need beside the files themselves
_CHUNK = 1 << 22


class ByteBar(Protocol):
    """Shows how far something has come; yields what is told of every further byte."""

    def __call__(
        self, label: str, *, total: int | None, done: int
    ) -> AbstractContextManager[Callable[[int], None]]:
        """Show `label` while the context is open; `total` is None where nobody knows."""
        ...


@contextmanager
def no_bar(label: str, *, total: int | None, done: int) -> Iterator[Callable[[int], None]]:
    """Show nothing."""
    yield lambda _: None


def place(weights: Weights, folder: Path) -> Path:
    """Where the weights lie, or will lie, in a folder of weights."""
    return folder / weights.path


def find(weights: Weights, folder: Path) -> Path | None:
    """Where the weights lie in `folder`, or None where they are not there or not whole.

    Goes by the files' sizes: hashing would take longer than loading.
    """
    found = place(weights, folder)
    whole = all(file_bytes(_at(found, weights, file)) == file.bytes for file in weights.files)
    return found if whole else None


def fetch(
    weights: Weights,
    *,
    folder: Path,
    bar: ByteBar = no_bar,
    sources: Sequence[Source] | None = None,
) -> Path:
    """Make sure that the weights lie in `folder`, whole and checked; where they lie.

    What is there is not fetched, and the network not touched. `sources` are tried
    in turn; None means those of the catalog. Raises ModelError.
    """
    found = find(weights, folder)
    if found is not None and _known_good(weights, folder):
        return found
    chosen = _sources(weights) if sources is None else sources
    on_the_way = folder / ".fetching" / weights.name
    try:
        on_the_way.mkdir(parents=True, exist_ok=True)
        with _alone(on_the_way, weights, bar, chosen):
            found = find(weights, folder)
            if found is None:
                found = _fetch(weights, folder, on_the_way, bar, chosen)
            elif not _known_good(weights, folder):
                _check_found(weights, found, bar)
            _remember_good(weights, folder)
    except OSError as error:
        if found is None:
            raise _told(error, weights, folder) from error
        # They are there; only that they have been checked cannot be written down.
    return found


def _sources(weights: Weights) -> list[Source]:
    return [
        HubSource(origin) if isinstance(origin, HubRepository) else PackageIndexSource(origin)
        for origin in weights.sources
    ]


def _at(base: Path, weights: Weights, file: PinnedFile) -> Path:
    return base / file.path if weights.is_folder else base


@contextmanager
def _alone(
    on_the_way: Path, weights: Weights, bar: ByteBar, sources: Sequence[Source]
) -> Iterator[None]:
    """Hold the lock on these weights; a second process waits, and shows how far the first is."""
    from filelock import FileLock, Timeout

    lock = FileLock(on_the_way.with_name(f"{weights.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        label = f"Waiting for another storychat to fetch {weights.name}"
        with (
            bar(label, total=weights.bytes, done=0) as advance,
            _watched(partial(_furthest, on_the_way, weights, sources), advance, done=0),
        ):
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _fetch(
    weights: Weights, folder: Path, on_the_way: Path, bar: ByteBar, sources: Sequence[Source]
) -> Path:
    failures = []
    # The one that had got furthest goes on, whichever would be first on a clean disk.
    for source in sorted(sources, key=lambda each: -each.bytes_in(on_the_way / each.key, weights)):
        own = on_the_way / source.key
        own.mkdir(exist_ok=True)
        done = source.bytes_in(own, weights)
        _check_disk(weights, folder, done)
        label = f"Fetching {weights.name} from {source.name}"
        try:
            with (
                bar(label, total=weights.bytes, done=done) as advance,
                _watched(partial(source.bytes_in, own, weights), advance, done=done),
            ):
                source.fetch_into(own, weights)
            _check(weights, own, bar)
        except SourceError as error:
            failures.append(f"{source.name} ({source.at}) {error}")
            continue
        return _move_into_place(weights, own, folder)
    raise ModelError(_out_of_sources(weights, folder, failures))


def _furthest(on_the_way: Path, weights: Weights, sources: Sequence[Source]) -> int:
    return max(source.bytes_in(on_the_way / source.key, weights) for source in sources)


@contextmanager
def _watched(
    come: Callable[[], int], advance: Callable[[int], None], *, done: int
) -> Iterator[None]:
    """Tell `advance` from time to time how much has `come`: neither client says so itself."""
    over = Event()

    def watch() -> None:
        shown = done
        while not over.wait(_LOOK_EVERY):
            so_far = come()
            if so_far > shown:
                advance(so_far - shown)
                shown = so_far

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _check(weights: Weights, own: Path, bar: ByteBar) -> None:
    """Raise SourceError, and remove what has come, unless it is what is pinned."""
    wrong = _first_wrong(weights, lambda file: own / file.path, bar)
    if wrong is None and not weights.is_folder:
        try:
            check_gguf(own / weights.path)
        except ModelError as error:
            wrong = f"a file that is unfit: {error}"
    if wrong is not None:
        shutil.rmtree(own)
        raise SourceError(f"gave {wrong.rstrip('.')}; it was removed")


def _check_found(weights: Weights, found: Path, bar: ByteBar) -> None:
    """Look once through weights that somebody put there by hand."""
    wrong = _first_wrong(weights, lambda file: _at(found, weights, file), bar)
    if wrong is not None:
        raise ModelError(
            f"{found} holds {wrong}. Remove it, then run `storychat models fetch {weights.name}`; "
            "to use it all the same, give its path as the model."
        )


def _first_wrong(weights: Weights, where: Callable[[PinnedFile], Path], bar: ByteBar) -> str | None:
    """What is wrong with the first file that is not as pinned; None when all are."""
    with bar(f"Checking {weights.name}", total=weights.bytes, done=0) as advance:
        for file in weights.files:
            path = where(file)
            if file_bytes(path) != file.bytes:
                return f"{file.path} with {file_bytes(path):,} bytes instead of {file.bytes:,}"
            if _sha256(path, advance) != file.sha256:
                return f"{file.path} with a wrong checksum"
    return None


def _sha256(path: Path, advance: Callable[[int], None]) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            digest.update(chunk)
            advance(len(chunk))
    return digest.hexdigest()


def _move_into_place(weights: Weights, own: Path, folder: Path) -> Path:
    target = place(weights, folder)
    if not weights.is_folder:
        (own / weights.files[0].path).replace(target)
    else:
        ready = own.with_name("ready")
        shutil.rmtree(ready, ignore_errors=True)
        for file in weights.files:
            (ready / file.path).parent.mkdir(parents=True, exist_ok=True)
            (own / file.path).replace(ready / file.path)
        shutil.rmtree(target, ignore_errors=True)  # an unfinished one: `find` did not take it
        ready.replace(target)
    shutil.rmtree(own.parent)
    return target


def _known_good(weights: Weights, folder: Path) -> bool:
    """True when these very files, unchanged since, have been checked before."""
    try:
        remembered = json.loads(_memory(weights, folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(remembered == _state(weights, folder))


def _remember_good(weights: Weights, folder: Path) -> None:
    _memory(weights, folder).write_text(json.dumps(_state(weights, folder)), encoding="utf-8")


def _memory(weights: Weights, folder: Path) -> Path:
    return folder / ".fetching" / f"{weights.name}.checked"


def _state(weights: Weights, folder: Path) -> list[list[str | int]]:
    base = place(weights, folder)
    return [[file.sha256, _at(base, weights, file).stat().st_mtime_ns] for file in weights.files]


def _check_disk(weights: Weights, folder: Path, done: int) -> None:
    need = weights.bytes - done + min(2 * weights.bytes, _SCRATCH_BYTES)
    free = shutil.disk_usage(folder).free
    if free < need:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _told(error: OSError, weights: Weights, folder: Path) -> ModelError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ModelError(
            f"The disk of {folder} is too full for {weights.title} ({_size(weights.bytes)}, and "
            f"{_size(_SCRATCH_BYTES)} while it is fetched). Make room and run it again; what has "
            "come so far is kept."
        )
    return ModelError(
        f"The weights cannot be put into {folder}: {error.strerror or error}. "
        "Make the folder writable, or choose another one."
    )


def _out_of_sources(weights: Weights, folder: Path, failures: Sequence[str]) -> str:
    files = "its files" if weights.is_folder else weights.path
    return (
        f"{weights.title} could not be fetched: {'; '.join(failures)}. Connect this machine to "
        f"the network and run `storychat models fetch {weights.name}` again (what has come so far "
        f"is kept), or put {files} ({_size(weights.bytes)}) by hand at {place(weights, folder)}."
    )


def _size(amount: int) -> str:
    return f"{amount / 1e9:.2f} GB" if amount >= 1e9 else f"{amount / 1e6:.0f} MB"
