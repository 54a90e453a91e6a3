"""What may be shown to a person.

    StorychatError             a clear sentence that says what to do next
    +-- ModelError             weights or model cannot be used
    +-- StoppedError           somebody wanted no more of it

`index.errors.LibraryError` stands beside this tree: the library does not know
`bot`. The front door shows both the same way, and nothing else: any other
exception is a defect of ours.
"""

from __future__ import annotations


class StorychatError(Exception):
    """A message for the person at the keyboard; it never contains a traceback."""


class ModelError(StorychatError):
    """The weights are missing, damaged, unfit for this machine, or the model failed."""


class StoppedError(StorychatError):
    """It was stopped from outside before it was done; see `stopping`."""
