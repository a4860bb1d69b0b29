"""One GET over one connection: HTTP/1.0, so that no body comes in chunks."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

_MOST_AT_ONCE = 64 * 1024
_VISIBLE = re.compile(r"/[!-~]*")


class Truncated(Exception):
    """The body ended before it was whole."""


@dataclass(frozen=True)
class Target:
    """Where an endpoint is."""

    url: str
    host: str
    port: int
    tls: bool
    authority: str
    prefix: str

    @classmethod
    def of(cls, url: str) -> Target:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is no http or https URL")
        tls = parts.scheme == "https"
        port = parts.port or (443 if tls else 80)
        prefix = parts.path.rstrip("/")
        if prefix:
            checked(prefix)
        # Without a user's name and password, which are nobody's host.
        authority = parts.netloc.rpartition("@")[2]
        return cls(url, parts.hostname, port, tls, authority, prefix)


@dataclass(frozen=True)
class Head:
    status: int
    headers: dict[str, str]


def checked(path: str) -> str:
    """The path, if a request can ask for it; so nothing else gets into its head."""
    if not _VISIBLE.fullmatch(path):
        raise ValueError(f"{path!r} is no path: it begins with a slash and is visible ASCII")
    return path


async def get(
    target: Target,
    path: str,
    most: int,
    on_head: Callable[[Head], bool] = lambda head: True,
    on_progress: Callable[[int], None] = lambda size: None,
) -> tuple[Head, bytes]:
    """Fetches. The body is left out if ``on_head`` does not want it."""
    reader, writer = await asyncio.open_connection(
        target.host, target.port, ssl=True if target.tls else None
    )
    try:
        request = f"GET {target.prefix}{path} HTTP/1.0\r\nHost: {target.authority}\r\n"
        writer.write(f"{request}Connection: close\r\n\r\n".encode("ascii"))
        await writer.drain()
        head = _parsed(await reader.readuntil(b"\r\n\r\n"))
        body = b""
        if on_head(head):
            body = await _body(reader, head, most, on_progress)
        return head, body
    finally:
        # Nothing is left to be sent, and nobody who was cancelled may wait here.
        writer.transport.abort()


def _parsed(raw: bytes) -> Head:
    first, *lines = raw.decode("latin-1").rstrip("\r\n").split("\r\n")
    version, _, rest = first.partition(" ")
    if not version.startswith("HTTP/1."):
        raise ValueError("the answer is no HTTP/1")
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        before = fields.get(name.lower())
        # RFC 9110 §5.3: several lines are one list.
        fields[name.lower()] = value.strip() if before is None else f"{before}, {value.strip()}"
    return Head(int(rest[:3]), fields)


async def _body(
    reader: asyncio.StreamReader, head: Head, most: int, on_progress: Callable[[int], None]
) -> bytes:
    length = int(head.headers["content-length"]) if "content-length" in head.headers else None
    body = bytearray()
    while length is None or len(body) < length:
        more = await reader.read(_MOST_AT_ONCE)
        if not more:
            if length is not None:
                raise Truncated
            break
        body += more
        if len(body) > most:
            raise ValueError("the body is too large")
        on_progress(len(body))
    return bytes(body if length is None else body[:length])
