"""Addresses of the web -> bytes, by httpx: politely, within limits, and from public hosts only."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.robotparser import RobotFileParser

import httpx

from index.errors import LibraryError
from index.readers.addresses import public_address

USER_AGENT = "storychat/1 (fetches single pages that a person asks for; obeys robots.txt)"
ROBOT = "storychat"
_KEEP_OUT = ("User-agent: *", "Disallow: /")

Resolve = Callable[[str, int], str]
"""Host and port -> the address to connect to. Raises LibraryError if there must be none."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one address may cost."""

    size: int = 20_000_000
    """Bytes, unpacked."""
    seconds: float = 30.0
    """From the first name looked up to the last byte."""
    redirects: int = 5
    robots_size: int = 500_000


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address led to: `address` after all redirects, `media_type` without parameters."""

    address: str
    media_type: str
    data: bytes


def fetch(
    address: str, *, resolve: Resolve = public_address, limits: Limits | None = None
) -> Fetched:
    """Fetch one address. Raises LibraryError with what is wrong and what to do.

    Not to be called where an event loop runs; give it a thread.
    """
    limits = limits or Limits()
    try:
        return asyncio.run(_fetch(address, resolve, limits))
    except TimeoutError as error:
        raise LibraryError(
            f"{address} did not answer within {limits.seconds:.0f} seconds. Try again later."
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
        raise LibraryError(
            f"{address} cannot be fetched ({error or type(error).__name__}). Check the address "
            "and the network."
        ) from error


async def _fetch(address: str, resolve: Resolve, limits: Limits) -> Fetched:
    async with (
        asyncio.timeout(limits.seconds),
        # No proxy from the environment: behind one, nobody checks where the connection leads.
        httpx.AsyncClient(
            trust_env=False, timeout=limits.seconds, follow_redirects=False
        ) as client,
    ):
        visit = _Visit(client, resolve, limits)
        url = httpx.URL(address)
        for _ in range(limits.redirects + 1):
            await visit.check_robots(url)
            found = await visit.get(url, most=limits.size)
            if isinstance(found, Fetched):
                return found
            url = found
    raise LibraryError(f"{address} leads on and on: more than {limits.redirects} redirects.")


class _Visit:
    """One person's wish for one address, over all its redirects."""

    def __init__(self, client: httpx.AsyncClient, resolve: Resolve, limits: Limits) -> None:
        self._client = client
        self._resolve = resolve
        self._limits = limits
        self._robots: dict[str, RobotFileParser] = {}

    async def check_robots(self, url: httpx.URL) -> None:
        """Raise LibraryError if the site does not want programs there (RFC 9309)."""
        site = f"{url.scheme}://{url.netloc.decode('ascii')}"
        if site not in self._robots:
            self._robots[site] = await self._read_robots(url.copy_with(raw_path=b"/robots.txt"))
        if not self._robots[site].can_fetch(ROBOT, str(url)):
            raise LibraryError(
                f"{url.host} does not want programs to fetch this page (its robots.txt). "
                "Save the page in a browser and add the file."
            )

    async def _read_robots(self, url: httpx.URL) -> RobotFileParser:
        rules = RobotFileParser()
        for _ in range(self._limits.redirects + 1):
            try:
                found = await self.get(url, most=self._limits.robots_size)
            except _Refused as refusal:
                # What is not there allows everything; a server in trouble asks to be left alone.
                rules.parse(_KEEP_OUT if refusal.status >= 500 else ())
                return rules
            if isinstance(found, Fetched):
                rules.parse(found.data.decode("utf-8", "replace").splitlines())
                return rules
            url = found
        rules.parse(())
        return rules

    async def get(self, url: httpx.URL, *, most: int) -> Fetched | httpx.URL:
        """The content of `url`, or where it leads on to."""
        if url.scheme not in ("http", "https") or not url.host:
            raise LibraryError(f"{url} is not an http or https address; only those are fetched.")
        if url.userinfo:
            raise LibraryError(f"The address for {url.host} holds a password. Leave it out.")
        port = url.port or (443 if url.scheme == "https" else 80)
        connect_to = await asyncio.to_thread(self._resolve, url.host, port)
        request = self._client.build_request(
            "GET",
            # The checked address itself; the certificate is still asked to be the host's.
            url.copy_with(host=connect_to),
            headers={
                "Host": url.netloc.decode("ascii"),
                "User-Agent": USER_AGENT,
                "Accept": "text/html, application/xhtml+xml, application/pdf, */*;q=0.5",
                "Accept-Encoding": "gzip",
            },
            extensions={"sni_hostname": url.host},
        )
        response = await self._client.send(request, stream=True)
        try:
            if response.is_redirect and "location" in response.headers:
                return url.join(response.headers["location"])
            if response.status_code != 200:
                raise _Refused(url, response.status_code)
            data = await _read(response, url, most=most)
        finally:
            await response.aclose()
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Fetched(str(url), media_type, data)


class _Refused(LibraryError):
    """The server answered, but with an error."""

    def __init__(self, url: httpx.URL, status: int) -> None:
        self.status = status
        reason = {
            401: "asks for a password",
            402: "asks to be paid",
            403: "refuses programs, or everybody",
            404: "has no such page",
            410: "has no such page any more",
            429: "is asked too often; try again later",
            451: "may not show it here for legal reasons",
        }.get(status, "is in trouble; try again later" if status >= 500 else "refuses")
        super().__init__(f"{url} cannot be fetched: {url.host} {reason} ({status}).")


async def _read(response: httpx.Response, url: httpx.URL, *, most: int) -> bytes:
    """The body, unpacked by us: httpx would unpack a whole piece before it could be counted."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip"):
        raise LibraryError(f"{url} is packed in a way that was not asked for ({encoding}).")
    unpack = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    data = bytearray()
    async for piece in response.aiter_raw():
        try:
            data += unpack.decompress(piece, most + 1 - len(data)) if unpack else piece
        except zlib.error as error:
            raise LibraryError(f"{url} came damaged. Try again.") from error
        if len(data) > most:
            raise LibraryError(f"{url} is larger than {most / 1_000_000:g} MB.")
    if unpack is not None and not unpack.eof:
        raise LibraryError(f"{url} came only in part. Try again.")
    return bytes(data)
