#!/usr/bin/env python3
"""An open-loop client that is stuck to A, before, during and after A's outage.

Requests leave at a fixed rate whatever became of those before them, each on a
connection of its own, and each is timed from the moment at which it was due
(no coordinated omission). Writes one JSON document to --out: for each phase
its requests as [due, in seconds since the fault or the healing; latency in
seconds; status, 0 without one; the upstream that answered], and the requests
that the upstreams read in the fault.
"""

import argparse
import asyncio
import json
import resource
import time
import urllib.request

HEALTHY = 200
FAULT = 1000
WATCHED_S = 12
PATIENCE_S = 70


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--proxy", type=int, required=True)
    parser.add_argument("--control", type=int, required=True)
    parser.add_argument("--mode", required=True)
    parser.add_argument("--rps", type=float, required=True)
    parser.add_argument("--settle", type=float, required=True)
    parser.add_argument("--cookie", required=True)
    parser.add_argument("--out", required=True)
    return parser.parse_args()


def control(port, order):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{order}", timeout=5) as answer:
        return answer.read()


async def exchange(port, cookie):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            f"GET /x HTTP/1.1\r\nHost: rig\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode()
        )
        await writer.drain()
        answer = await reader.read()
    finally:
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    # An answer without its body is none.
    if len(body) < int(fields.get("content-length", 0)):
        return 0, "-"
    return int(lines[0].split()[1]), fields.get("x-backend", "-").upper()


async def request(args, due, since):
    await asyncio.sleep(max(0, due - time.perf_counter()))
    try:
        status, upstream = await asyncio.wait_for(exchange(args.proxy, args.cookie), PATIENCE_S)
    except (OSError, asyncio.TimeoutError, IndexError, ValueError):
        status, upstream = 0, "-"
    return [round(due - since, 4), round(time.perf_counter() - due, 5), status, upstream]


async def phase(args, name, count, since=None):
    print(f"{name}: {count} requests", flush=True)
    first = time.perf_counter() + 0.05
    since = first if since is None else since
    due = (first + index / args.rps for index in range(count))
    return await asyncio.gather(*[request(args, at, since) for at in due])


async def main():
    args = arguments()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 65536)), hard))
    control(args.control, "A/ok")
    await asyncio.sleep(args.settle)
    healthy = await phase(args, "healthy", HEALTHY)
    control(args.control, f"A/{args.mode}")
    failed_at = time.perf_counter()
    before = int(control(args.control, "hits"))
    fault = await phase(args, args.mode, FAULT, failed_at)
    hits = int(control(args.control, "hits")) - before
    control(args.control, "A/ok")
    healed_at = time.perf_counter()
    healed = await phase(args, "healed", int(args.rps * WATCHED_S), healed_at)
    document = {"healthy": healthy, "fault": fault, "healed": healed, "hits": hits}
    with open(args.out, "w", encoding="utf-8") as file:
        json.dump(document, file)


asyncio.run(main())
