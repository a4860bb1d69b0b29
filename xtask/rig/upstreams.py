#!/usr/bin/env python3
"""Two upstreams, A and B, that break on demand, and a control port.

Prints one line of JSON with the ports of "A", "B" and "control"; ends when its
standard input does. `GET /A/MODE` on the control port switches A, `GET /hits`
there counts the requests for /x that both have read.

  ok         answers at once
  refuse     the listener is closed, open connections are reset (process died)
  hang       accepts and reads, never answers (process wedged)
  e503       answers 503 at once (overloaded, draining)
  blackhole  SYNs are dropped (host gone)
  slow10     every tenth request is answered correctly, but after 600 ms
"""

import asyncio
import json
import resource
import socket
import struct
import sys

SLOW_S = 0.6
SLOW_EVERY = 10
MODES = ("ok", "refuse", "hang", "e503", "blackhole", "slow10")


def bound(port=0):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    return sock


class Upstream:
    def __init__(self, name):
        self.name = name
        # Bound, but never listening: while the upstream is away, no client's
        # own port can be this one.
        self.reserved = bound()
        self.port = self.reserved.getsockname()[1]
        self.mode = "ok"
        self.server = None
        self.writers = set()
        self.filling = []
        self.read = 0
        self.hits = 0

    async def switch(self, mode):
        if mode not in MODES:
            raise ValueError(mode)
        await self.stop()
        self.mode = mode
        if mode == "blackhole":
            self.fill()
        elif mode != "refuse":
            self.server = await asyncio.start_server(
                self.serve, sock=bound(self.port), backlog=4096
            )

    async def stop(self):
        if self.server:
            self.server.close()
            self.server = None
        for writer in list(self.writers):
            sock = writer.get_extra_info("socket")
            if sock.fileno() >= 0:
                # With a linger time of zero, closing is a reset.
                reset = struct.pack("ii", 1, 0)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            writer.transport.abort()
        for sock in self.filling:
            sock.close()
        self.filling = []
        # Closed sockets leave the event loop in its next round.
        await asyncio.sleep(0.02)

    def fill(self):
        """Fills the queue of a listener that accepts nothing, so that the
        kernel drops every SYN after that."""
        listener = bound(self.port)
        listener.listen(0)
        self.filling = [listener]
        for _ in range(4):
            sock = socket.socket()
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", self.port))
            self.filling.append(sock)

    async def serve(self, reader, writer):
        self.writers.add(writer)
        try:
            while await self.answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.writers.discard(writer)
            writer.close()

    async def answer(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        self.read += 1
        self.hits += head.startswith(b"GET /x ")
        if self.mode == "hang":
            # Until the client has enough of it.
            await reader.read()
            return False
        if self.mode == "slow10" and self.read % SLOW_EVERY == 0:
            await asyncio.sleep(SLOW_S)
        last = b" HTTP/1.0\r\n" in head or b"connection: close" in head.lower()
        status = b"503 Service Unavailable" if self.mode == "e503" else b"200 OK"
        name = self.name.encode()
        writer.write(
            b"HTTP/1.1 " + status + b"\r\nX-Backend: " + name
            + b"\r\nContent-Length: 2\r\n"
            + (b"Connection: close\r\n" if last else b"")
            + b"\r\n" + name + b"\n"
        )
        await writer.drain()
        return not last


async def main():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 65536)), hard))
    upstreams = {name: Upstream(name) for name in "AB"}
    for upstream in upstreams.values():
        await upstream.switch("ok")

    async def control(reader, writer):
        target = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        try:
            if target == "/hits":
                text = str(sum(upstream.hits for upstream in upstreams.values()))
            else:
                name, mode = target.strip("/").split("/")
                await upstreams[name].switch(mode)
                text = mode
            status = "200 OK"
        except (KeyError, ValueError, OSError) as error:
            status, text = "400 Bad Request", repr(error)
        writer.write(f"HTTP/1.0 {status}\r\n\r\n{text}\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(control, "127.0.0.1", 0)
    ports = {name: upstream.port for name, upstream in upstreams.items()}
    ports["control"] = server.sockets[0].getsockname()[1]
    print(json.dumps(ports), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for upstream in upstreams.values():
        await upstream.stop()


asyncio.run(main())
