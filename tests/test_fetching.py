"""Fetching, against real servers on loopback; only the name service is another one."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from index.errors import LibraryError
from index.readers import read_address
from index.readers.addresses import is_public, public_address
from index.readers.fetching import USER_AGENT, Fetched, Limits, fetch
from tests import documents
from tests.documents import FERRY

FAST = Limits(size=100_000, seconds=3.0, redirects=3)


class Site(BaseHTTPRequestHandler):
    """A small site; `seen` are the requests, with their headers."""

    seen: list[tuple[str, dict[str, str]]]
    robots: bytes | int

    def do_GET(self) -> None:
        type(self).seen.append((self.path, dict(self.headers)))
        path = self.path.partition("?")[0]
        if path == "/robots.txt":
            if isinstance(self.robots, int):
                return self.answer(b"", status=self.robots)
            return self.answer(self.robots, type="text/plain")
        if path == "/feed":
            items = [
                ("Ferry", f"http://{self.headers['Host']}/ferry", "It sang."),
                ("Gone", f"http://{self.headers['Host']}/status/404", "A teaser."),
                ("House", "http://127.0.0.1:1/", "Another teaser."),
            ]
            return self.answer(documents.feed(items), type="application/rss+xml")
        if path == "/ferry":
            return self.answer(documents.page())
        if path.startswith("/to/"):
            return self.answer(b"", status=302, location=path.removeprefix("/to/"))
        if path == "/round":
            return self.answer(b"", status=301, location="/round")
        if path == "/packed":
            return self.answer(gzip.compress(b"<p>packed</p>"), encoding="gzip")
        if path == "/bomb":
            return self.answer(gzip.compress(bytes(50_000_000)), encoding="gzip")
        if path == "/strange":
            return self.answer(b"x", encoding="br")
        if path == "/cut":
            return self.answer(gzip.compress(b"abc" * 999)[:-9], encoding="gzip")
        if path == "/stream":
            return self.endless(0.0)
        if path == "/drip":
            return self.endless(0.2)
        if path == "/hang":
            time.sleep(6)
            return None
        if path.startswith("/status/"):
            return self.answer(b"", status=int(path.removeprefix("/status/")))
        return self.answer(b"<p>hello</p>", type="text/html; charset=utf-8")

    def answer(
        self,
        body: bytes,
        *,
        status: int = 200,
        type: str = "text/html",
        location: str = "",
        encoding: str = "",
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(body)

    def endless(self, pause: float) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 1000)
                self.wfile.flush()
                time.sleep(pause)
        except OSError:
            pass

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(*, robots: bytes | int = 404) -> Iterator[tuple[int, type[Site]]]:
    handler = type("ThisSite", (Site,), {"seen": [], "robots": robots})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, handler
    finally:
        server.shutdown()
        server.server_close()


def only_the_site(host: str, port: int) -> str:
    """The name service of the tests: one public name, and it is here."""
    if host == "skarra.example":
        return "127.0.0.1"
    return public_address(host, port)


def get(port: int, path: str, *, limits: Limits = FAST) -> Fetched:
    return fetch(f"http://skarra.example:{port}{path}", resolve=only_the_site, limits=limits)


def refusal(port: int, path: str) -> str:
    with pytest.raises(LibraryError) as caught:
        get(port, path)
    return str(caught.value)


def test_a_page_is_fetched_under_its_own_name_by_a_named_agent() -> None:
    with serving() as (port, site):
        found = get(port, "/page?a=1")
    assert found.data == b"<p>hello</p>"
    assert found.media_type == "text/html"
    path, headers = site.seen[-1]
    assert path == "/page?a=1"
    assert headers["Host"] == f"skarra.example:{port}"
    assert headers["User-Agent"] == USER_AGENT


def test_redirects_are_followed_and_the_last_address_is_told() -> None:
    with serving() as (port, _):
        found = get(port, f"/to//to/http://skarra.example:{port}/page")
        assert found.address == f"http://skarra.example:{port}/page"


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("http://127.0.0.1/", "own network"),
        ("http://[::1]/", "own network"),
        ("http://169.254.169.254/latest/meta-data/", "own network"),
        ("http://0x7f.1/", "own network"),
        ("http://2130706433/", "own network"),
        ("http://localhost/", "own network"),
        ("file:///etc/passwd", "only those are fetched"),
        ("ftp://skarra.example/", "only those are fetched"),
        ("http://me:secret@skarra.example/", "holds a password"),
    ],
)
def test_a_redirect_leads_nowhere_that_an_address_may_not(target: str, says: str) -> None:
    with pytest.raises(LibraryError, match=says):
        fetch(target, resolve=only_the_site, limits=FAST)
    with serving() as (port, site):
        with pytest.raises(LibraryError, match=says):
            get(port, f"/to/{target}")
        assert all(path.startswith(("/robots.txt", "/to/")) for path, _ in site.seen)


def test_the_address_that_was_checked_is_the_one_connected_to() -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])

    def rebinding(host: str, port: int) -> list[str]:
        return next(answers)

    with serving() as (port, site):
        assert public_address("skarra.example", port, look_up=rebinding) == "93.184.216.34"
        with pytest.raises(LibraryError, match="own network"):
            public_address("skarra.example", port, look_up=rebinding)
        assert site.seen == []


def test_a_name_with_one_private_address_among_others_is_refused() -> None:
    with pytest.raises(LibraryError, match="own network"):
        public_address("x.example", 80, look_up=lambda *_: ["93.184.216.34", "10.0.0.1"])


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "::", "::1",
        "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1",
        "", "skarra.example", "1.2.3",
    ],
)  # fmt: skip
def test_addresses_that_not_everybody_may_reach(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822"])
def test_addresses_that_everybody_may_reach(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/round", "more than 3 redirects"),
        ("/bomb", "is larger than 0.1 MB"),
        ("/stream", "is larger than 0.1 MB"),
        ("/strange", "not asked for"),
        ("/cut", "only in part"),
        ("/status/404", "no such page (404)"),
        ("/status/403", "refuses programs"),
        ("/status/429", "too often"),
        ("/status/503", "in trouble"),
    ],
)
def test_what_cannot_be_fetched_is_said(path: str, says: str) -> None:
    with serving() as (port, _):
        assert says in refusal(port, path)


@pytest.mark.parametrize("path", ["/drip", "/hang"])
def test_a_slow_server_costs_the_limit_and_no_more(path: str) -> None:
    begun = time.monotonic()
    with serving() as (port, _):
        with pytest.raises(LibraryError, match="did not answer within 1 seconds"):
            get(port, path, limits=Limits(seconds=1.0))
        assert time.monotonic() - begun < 2.5


def test_packed_pages_are_unpacked() -> None:
    with serving() as (port, _):
        assert get(port, "/packed").data == b"<p>packed</p>"


def test_robots_are_obeyed() -> None:
    rules = b"User-agent: *\nDisallow: /private\n\nUser-agent: storychat\nDisallow: /secret\n"
    with serving(robots=rules) as (port, site):
        get(port, "/private")
        assert "does not want programs" in refusal(port, "/secret/page")
        assert "does not want programs" in refusal(port, "/to//secret/page")
        assert "/secret/page" not in [path for path, _ in site.seen]


def test_a_site_in_trouble_is_left_alone() -> None:
    with serving(robots=503) as (port, site):
        assert "does not want programs" in refusal(port, "/page")
        assert [path for path, _ in site.seen] == ["/robots.txt"]


def test_a_closed_door_is_said() -> None:
    with serving() as (port, _):
        pass
    assert "cannot be fetched" in refusal(port, "/page")


def test_the_items_of_a_feed_are_fetched_whole_where_they_can_be() -> None:
    with serving() as (port, _):

        def here(address: str) -> Fetched:
            return fetch(address, resolve=only_the_site, limits=FAST)

        site = f"http://skarra.example:{port}"
        ferry, gone, house = read_address(f"{site}/feed", fetch=here)
        (page,) = read_address(f"{site}/ferry#top", fetch=here)
    assert FERRY[3] in ferry.text and ferry.origin == f"{site}/ferry"
    assert gone.text == "Gone\n\nA teaser.\n"
    assert house.text == "House\n\nAnother teaser.\n"
    assert page.text == ferry.text and page.origin == ferry.origin
