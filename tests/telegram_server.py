"""A Bot API on this machine: real HTTP around `telegram_world`, and failures as they happen."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote

from telegram_rules import Refusal
from telegram_world import Telegram

TOKEN = "4242:a-token-of-the-tests-that-is-not-one"


class Fault(Enum):
    """What can go wrong with one request."""

    FLOOD = "429 with retry_after"
    ERROR_BEFORE = "502, nothing was done"
    ERROR_AFTER = "502 although it was done"
    DROPPED_BEFORE = "connection dropped, nothing was done"
    DROPPED_AFTER = "connection dropped although it was done"
    SILENT_AFTER = "no answer in time although it was done"


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A bot that was killed leaves its connections behind."""


class TelegramServer:
    """Serves one bot. Requests can be made to fail, one by one or at random."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.telegram = Telegram(now)
        self.silence = 3.0
        """Seconds that a silent request takes."""
        self.retry_after = 1
        self.faults_made: Counter[Fault] = Counter()
        self.calls: list[tuple[str, dict[str, str]]] = []
        self._planned: list[tuple[str, Fault]] = []
        self._rate = 0.0
        self._random = random.Random(0)
        self._http = _Http(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def start(self) -> None:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        threading.Thread(target=self._push_updates, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of a method fail, each in its way."""
        self._planned += [(method, fault) for fault in faults]

    def fail_at_random(self, rate: float, *, seed: int) -> None:
        """Let this share of all calls fail, in every way."""
        self._rate = rate
        self._random = random.Random(seed)

    def called(self, method: str) -> list[dict[str, str]]:
        """The parameters of all calls of a method."""
        return [params for name, params in self.calls if name == method]

    def answer(self, method: str, params: dict[str, str]) -> tuple[int, dict[str, Any]] | None:
        """Status and body for a call; None where there is to be no answer."""
        with self.telegram.changed:
            self.calls.append((method, params))
            fault = self._fault(method)
        if fault is Fault.FLOOD:
            seconds = self.retry_after
            words = f"Too Many Requests: retry after {seconds}"
            return 429, _refused(Refusal(429, words, retry_after=seconds))
        if fault is Fault.ERROR_BEFORE:
            return 502, {"ok": False, "error_code": 502, "description": "Bad Gateway"}
        if fault is Fault.DROPPED_BEFORE:
            return None
        try:
            result: tuple[int, dict[str, Any]] = (
                200,
                {"ok": True, "result": self.telegram.call(method, params)},
            )
        except Refusal as refusal:
            result = refusal.code, _refused(refusal)
        if fault is Fault.ERROR_AFTER:
            return 502, {"ok": False, "error_code": 502, "description": "Bad Gateway"}
        if fault is Fault.SILENT_AFTER:
            time.sleep(self.silence)
        return None if fault in (Fault.DROPPED_AFTER, Fault.SILENT_AFTER) else result

    def _fault(self, method: str) -> Fault | None:
        planned = next((p for p in self._planned if p[0] == method), None)
        fault: Fault | None = None
        if planned is not None:
            self._planned.remove(planned)
            fault = planned[1]
        elif self._random.random() < self._rate:
            fault = self._random.choice(list(Fault))
        if fault is not None:
            self.faults_made[fault] += 1
        return fault

    def _push_updates(self) -> None:
        """Where a webhook is set, send updates there until they are taken."""
        while True:
            with self.telegram.changed:
                self.telegram.changed.wait_for(
                    lambda: self.telegram.webhook and self.telegram.updates
                )
                assert self.telegram.webhook is not None
                (url, secret), update = self.telegram.webhook, self.telegram.updates[0]
            request = urllib.request.Request(
                url,
                data=json.dumps(update).encode(),
                headers={
                    "Content-Type": "application/json",
                    "X-Telegram-Bot-Api-Secret-Token": secret,
                },
            )
            with suppress(OSError), urllib.request.urlopen(request, timeout=5):
                with self.telegram.changed:
                    self.telegram.updates.pop(0)
                continue
            time.sleep(0.05)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                prefix, _, method = self.path.removeprefix("/").partition("/")
                if prefix != f"bot{TOKEN}":
                    unknown = {"ok": False, "error_code": 401, "description": "Unauthorized"}
                    self._send(401, json.dumps(unknown).encode())
                    return
                answer = server.answer(method, dict(parse_qsl(body, keep_blank_values=True)))
                if answer is None:
                    self._drop()
                else:
                    self._send(answer[0], json.dumps(answer[1]).encode())

            def do_GET(self) -> None:
                file_id = self.path.rpartition("/")[2]
                if server._fault("download") is not None:
                    self._drop()
                elif (
                    f"/file/bot{TOKEN}/" in unquote(self.path) and file_id in server.telegram.files
                ):
                    self._send(200, server.telegram.files[file_id])
                else:
                    self._send(404, b"{}")

            def _send(self, status: int, body: bytes) -> None:
                with suppress(OSError):
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def _drop(self) -> None:
                self.close_connection = True
                with suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


@contextmanager
def telegram_server(now: Callable[[], float] = time.time) -> Iterator[TelegramServer]:
    server = TelegramServer(now)
    server.start()
    try:
        yield server
    finally:
        server.close()


def _refused(refusal: Refusal) -> dict[str, Any]:
    body: dict[str, Any] = {
        "ok": False,
        "error_code": refusal.code,
        "description": refusal.description,
    }
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return body
