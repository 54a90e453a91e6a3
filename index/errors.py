"""What the library may say to a person."""

from __future__ import annotations


class LibraryError(Exception):
    """A clear sentence that says what is wrong with a source or library, and what to do next."""
