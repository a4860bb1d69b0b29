"""Fetches a path from the first of several servers that delivers it.

    python fetch.py /webmessaging/loader.js https://cdn1.example.com https://cdn2.example.com
"""

import asyncio
import sys

from hedgerow.aio import Client, FetchError


async def main(path: str, endpoints: list[str]) -> int:
    async with Client(endpoints) as client:
        try:
            response = await client.get(path)
        except FetchError as error:
            print(error, file=sys.stderr)
            return 1
    for attempt in response.attempts:
        print(f"{attempt.endpoint}: {attempt.why}, {attempt.outcome}", file=sys.stderr)
    sys.stdout.buffer.write(response.body)
    return 0


sys.exit(asyncio.run(main(sys.argv[1], sys.argv[2:])))
