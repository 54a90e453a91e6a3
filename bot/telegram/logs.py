"""Logs for whoever runs the bot: a JSON object a line, without what people write."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO
from urllib.parse import quote

_MASK = "…"


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object. The token is masked wherever it would appear."""

    def __init__(self, *, secrets: tuple[str, ...]) -> None:
        super().__init__()
        # In an address the colon of a token is written `%3A`.
        self._secrets = (*secrets, *map(quote, secrets))

    def format(self, record: logging.LogRecord) -> str:
        """The line for a record."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": record.getMessage(),
        }
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        text = json.dumps(line, ensure_ascii=False, default=str)
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        return text


def event(
    logger: logging.Logger, name: str, *, level: int = logging.INFO, **fields: object
) -> None:
    """Log that something happened, with figures and ids but no texts."""
    logger.log(level, name, extra={"fields": fields})


def set_up(*, secrets: tuple[str, ...], stream: TextIO | None = None) -> None:
    """Send all logs to `stream` (stderr), each a line."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(secrets=secrets))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)
    # At INFO the first two log every request with its address, which contains the token; FAISS
    # logs each way of loading it that this machine does not have.
    for noisy in ("httpx", "httpcore", "sentence_transformers", "faiss.loader"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
