"""An asyncio client that keeps getting its assets when an endpoint fails.

```python
async with Client(["https://cdn1.example.com", "https://cdn2.example.com"]) as client:
    response = await client.get("/webmessaging/loader.js")
```

The first endpoint is asked first. Another is asked at once when it fails, and
beside it when it is silent; whoever fails or hangs again and again is no longer
asked until it answers its probes.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace

from hedgerow import _http
from hedgerow.race import NEVER, Cancel, Commit, Done, Ended, Observe, Race, Start, Wait
from hedgerow.reason import CANCELLED, HTTP_STATUS, NETWORK_ERROR, TIMEOUT, TRUNCATED, Reason
from hedgerow.watch import Health, HealthChanged, Probe, Watch


@dataclass(frozen=True)
class Attempt:
    """What became of one attempt, and why."""

    endpoint: str
    why: Reason
    outcome: Reason


@dataclass(frozen=True)
class Response:
    """A whole response, who sent it, and what else was tried for it."""

    endpoint: str
    status: int
    headers: dict[str, str]
    body: bytes
    attempts: tuple[Attempt, ...]


class FetchError(Exception):
    """No endpoint delivered; ``reason`` says why, ``attempts`` who was asked."""

    def __init__(self, reason: Reason, attempts: tuple[Attempt, ...]) -> None:
        tried = ", ".join(f"{attempt.endpoint}: {attempt.outcome}" for attempt in attempts)
        super().__init__(f"{reason} ({tried})" if tried else str(reason))
        self.reason = reason
        self.attempts = attempts


def _now() -> int:
    return time.monotonic_ns() // 1000


async def _pause(event: asyncio.Event, until: int) -> None:
    """Until something happens, or the moment comes."""
    try:
        async with asyncio.timeout(None if until == NEVER else (until - _now()) / 1e6):
            await event.wait()
    except TimeoutError:
        pass


class Client:
    """Fetches from the first of several endpoints that delivers.

    ``endpoints`` are base URLs in order of preference. With ``health``, a path,
    endpoints are probed while the client is open. An endpoint that is silent for
    ``hedge_delay`` seconds gets another one beside it; without it, that depends on
    what is known of its latency. A body of more than
    ``max_body`` bytes counts as a failure. Belongs to one event loop.
    """

    def __init__(
        self,
        endpoints: Sequence[str],
        *,
        health: str | None = None,
        probe_interval: float = 2.0,
        total_timeout: float = 10.0,
        hedge_delay: float | None = None,
        max_body: int = 64 * 1024 * 1024,
        on_health: Callable[[str, Health, Reason], None] | None = None,
    ) -> None:
        self._targets = [_http.Target.of(url) for url in endpoints]
        self._health = None if health is None else _http.checked(health)
        self._hedge_delay_us = None if hedge_delay is None else int(hedge_delay * 1e6)
        self._max_body = max_body
        self._open = False
        self._total_timeout_us = int(total_timeout * 1e6)
        self._on_health = on_health
        self._watch = Watch(
            list(endpoints),
            _now(),
            random.getrandbits(32),
            priorities=range(len(endpoints)),
            probe_interval_us=int(probe_interval * 1e6) if health else None,
        )
        self._fetches: set[_Fetch] = set()
        self._sooner = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Client:
        self._open = True
        self._spawn(self._look_after())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._open = False
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def health(self, endpoint: str) -> Health:
        """What is known of an endpoint, by its URL."""
        urls = [target.url for target in self._targets]
        return self._watch.health(urls.index(endpoint))

    async def get(self, path: str) -> Response:
        """Fetches a path. Only statuses from 200 to 299 count as delivered.

        Raises `FetchError` if no endpoint delivers.
        """
        if not self._open:
            raise RuntimeError("the client is not open: use it in `async with`")
        _http.checked(path)
        fetch = _Fetch(self, path)
        self._fetches.add(fetch)
        try:
            return await fetch.run()
        finally:
            self._fetches.discard(fetch)
            await fetch.close()

    def _spawn(self, work: Coroutine[object, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look_after(self) -> None:
        """Sends probes when they are due."""
        while True:
            self._sooner.clear()
            until = self._drain()
            await _pause(self._sooner, until)

    def _drain(self) -> int:
        news, until = self._watch.drain(_now())
        for what in news:
            if isinstance(what, Probe):
                self._spawn(self._probe(what))
            elif isinstance(what, HealthChanged):
                self._told(what)
        return until

    def _told(self, news: HealthChanged) -> None:
        if news.health is not Health.HEALTHY:
            for fetch in self._fetches:
                fetch.ejected(news.endpoint)
        if self._on_health is not None:
            self._on_health(self._targets[news.endpoint].url, news.health, news.reason)

    async def _probe(self, probe: Probe) -> None:
        started = _now()
        failure: Reason | None = None
        assert self._health is not None
        try:
            async with asyncio.timeout((probe.until - started) / 1e6):
                head, _ = await _http.get(
                    self._targets[probe.endpoint], self._health, self._max_body
                )
            failure = None if 200 <= head.status <= 299 else HTTP_STATUS
        except (OSError, EOFError, ValueError, _http.Truncated, asyncio.LimitOverrunError) as error:
            failure = TIMEOUT if isinstance(error, TimeoutError) else NETWORK_ERROR
        now = _now()
        self._watch.probed(now, probe, now - started, failure)
        self._sooner.set()


class _Fetch:
    """The connections of one race."""

    def __init__(self, client: Client, path: str) -> None:
        self._client = client
        self._path = path
        now = _now()
        candidates = client._watch.choose(now)
        fixed = client._hedge_delay_us
        if fixed is not None:
            candidates = [replace(each, hedge_delay_us=fixed) for each in candidates]
        self._race = Race(
            candidates,
            now,
            total_timeout_us=client._total_timeout_us,
            budget=client._watch.budget,
        )
        self._running: dict[int, asyncio.Task[None]] = {}
        self._started: dict[int, Start] = {}
        self._ended: dict[int, Reason] = {}
        self._bodies: dict[int, tuple[_http.Head, bytes]] = {}
        self._news = asyncio.Event()

    async def run(self) -> Response:
        while True:
            self._news.clear()
            until = NEVER
            for output in self._race.drain(_now()):
                match output:
                    case Start(attempt):
                        self._started[attempt] = output
                        self._running[attempt] = asyncio.create_task(self._attempt(output))
                    case Cancel(attempt):
                        self._running[attempt].cancel()
                    case Commit(attempt):
                        self._race.handle_commit(_now(), attempt)
                    case Ended(attempt, reason):
                        self._ended[attempt] = reason
                    case Observe(seen):
                        self._client._watch.observe(_now(), seen)
                        self._client._sooner.set()
                    case Wait(moment):
                        until = moment
                    case Done(None, reason):
                        assert reason is not None
                        raise FetchError(reason, self._attempts())
                    case Done(int(attempt), _):
                        return self._response(attempt)
            await _pause(self._news, until)

    def ejected(self, endpoint: int) -> None:
        self._race.handle_ejected(_now(), endpoint)
        self._news.set()

    async def close(self) -> None:
        """Ends what still runs; also if the caller has enough of it."""
        self._race.handle_cancel(_now(), CANCELLED)
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _attempt(self, start: Start) -> None:
        attempt = start.attempt

        def on_head(head: _http.Head) -> bool:
            good = 200 <= head.status <= 299
            if good:
                self._race.handle_head(_now(), attempt)
                self._news.set()
            return good

        def on_progress(size: int) -> None:
            self._race.handle_progress(_now(), attempt, size)
            self._news.set()

        target = self._client._targets[start.endpoint]
        failure: Reason | None = None
        try:
            response = await _http.get(
                target, self._path, self._client._max_body, on_head, on_progress
            )
            if not 200 <= response[0].status <= 299:
                failure = HTTP_STATUS
            self._bodies[attempt] = response
        except _http.Truncated:
            failure = TRUNCATED
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError):
            failure = NETWORK_ERROR
        if failure is None:
            self._race.handle_complete(_now(), attempt)
        else:
            self._race.handle_failure(_now(), attempt, failure)
        self._news.set()

    def _attempts(self) -> tuple[Attempt, ...]:
        return tuple(
            Attempt(
                self._client._targets[start.endpoint].url,
                start.reason,
                self._ended.get(attempt, start.reason),
            )
            for attempt, start in self._started.items()
        )

    def _response(self, attempt: int) -> Response:
        head, body = self._bodies[attempt]
        url = self._client._targets[self._started[attempt].endpoint].url
        return Response(url, head.status, head.headers, body, self._attempts())
