"""One GET over one connection: HTTP/1.0, so that no body comes in chunks."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

_MOST_AT_ONCE = 64 * 1024


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
        return cls(url, parts.hostname, port, tls, parts.netloc, parts.path.rstrip("/"))


@dataclass(frozen=True)
class Head:
    status: int
    headers: dict[str, str]


async def get(
    target: Target,
    path: str,
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
            body = await _body(reader, head, on_progress)
        return head, body
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _parsed(raw: bytes) -> Head:
    first, *lines = raw.decode("latin-1").rstrip("\r\n").split("\r\n")
    version, _, rest = first.partition(" ")
    if not version.startswith("HTTP/1."):
        raise ValueError("the answer is no HTTP/1")
    fields = (line.partition(":") for line in lines)
    return Head(int(rest[:3]), {name.lower(): value.strip() for name, _, value in fields})


async def _body(
    reader: asyncio.StreamReader, head: Head, on_progress: Callable[[int], None]
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
        on_progress(len(body))
    return bytes(body if length is None else body[:length])
