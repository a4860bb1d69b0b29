"""What is known of a client's endpoints, from request to request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from hedgerow._library import HedgerowError, ffi, lib, made, must
from hedgerow.race import Budget, Candidate, Observation
from hedgerow.reason import Reason


class Health(IntEnum):
    """What requests and probes say of an endpoint."""

    HEALTHY = lib.HEDGEROW_HEALTHY
    EJECTED = lib.HEDGEROW_EJECTED
    FAILING = lib.HEDGEROW_FAILING
    DEAD = lib.HEDGEROW_DEAD


@dataclass(frozen=True)
class Probe:
    """A probe to send; at ``until`` (in microseconds) it has failed."""

    endpoint: int
    lease: int
    until: int


@dataclass(frozen=True)
class HealthChanged:
    """The witnesses say something else of an endpoint than before."""

    endpoint: int
    health: Health
    reason: Reason


class Watch:
    """A pool with a monitor: who may be asked, and how they fare.

    Of endpoints with the same priority the weight says who gets how many
    requests; those with a higher number are used when the others fail.
    """

    def __init__(
        self,
        names: Sequence[str],
        now: int,
        seed: int,
        *,
        priorities: Sequence[int] = (),
        probe_interval_us: int | None = None,
        probe_timeout_us: int = 1_000_000,
    ) -> None:
        encoded = [name.encode() for name in names]
        endpoints = ffi.new("hedgerow_endpoint[]", len(names))
        kept = [ffi.from_buffer("char[]", name) for name in encoded]
        for index, place in enumerate(endpoints):
            place.name, place.name_len = kept[index], len(encoded[index])
            place.weight = 100
            place.priority = priorities[index] if priorities else 0
        self.count = len(names)
        self.budget = Budget()
        pool = ffi.new("hedgerow_pool **")
        error = ffi.new("hedgerow_error *")
        must(
            lib.hedgerow_pool_new(endpoints, self.count, ffi.NULL, ffi.NULL, pool, error), error
        )
        self._pool = ffi.gc(pool[0], lib.hedgerow_pool_free)
        self._picker = made("hedgerow_picker", "hedgerow_picker_new", seed, 0)
        settings = ffi.new("hedgerow_monitor_settings *")
        size = ffi.sizeof("hedgerow_monitor_settings")
        must(lib.hedgerow_monitor_settings_init(settings, size))
        if probe_interval_us is not None:
            settings.probing = 1
            settings.interval_us = probe_interval_us
            settings.timeout_us = min(probe_timeout_us, probe_interval_us * 3 // 4)
            settings.fast_interval_us = min(settings.fast_interval_us, probe_interval_us)
        monitor = ffi.new("hedgerow_monitor **")
        must(
            lib.hedgerow_monitor_new(self.count, settings, now, seed, monitor, error), error
        )
        self._monitor = ffi.gc(monitor[0], lib.hedgerow_monitor_free)
        self._trial: tuple[int, int] | None = None
        self._take_snapshot(now)

    def _take_snapshot(self, now: int) -> None:
        out = ffi.new("hedgerow_snapshot **")
        must(lib.hedgerow_pool_snapshot(self._pool, now, out))
        self._snapshot = ffi.gc(out[0], lib.hedgerow_snapshot_free)

    def health(self, endpoint: int) -> Health:
        health = ffi.new("uint32_t *")
        must(lib.hedgerow_monitor_health(self._monitor, endpoint, health))
        return Health(health[0])

    def choose(self, now: int) -> list[Candidate]:
        """Who is to be asked by one request, the best first; nobody if none may."""
        self.budget.count_request(now)
        pick = ffi.new("hedgerow_pick *")
        status = lib.hedgerow_snapshot_draw(self._snapshot, 0, self._picker, pick)
        if status == lib.HEDGEROW_REFUSED:
            return []
        must(status)
        first = int(pick.endpoint)
        if self._trial is not None and now < self._trial[1]:
            first = self._trial[0]
        self._trial = None
        others = ffi.new("uint16_t[]", self.count)
        count = ffi.new("size_t *")
        must(
            lib.hedgerow_snapshot_others(
                self._snapshot, 0, self._picker, first, others, self.count, count
            )
        )
        chosen = [first, *others[0 : count[0]]]
        return [Candidate(endpoint, self._hedge_delay(endpoint)) for endpoint in chosen]

    def _hedge_delay(self, endpoint: int) -> int:
        latency, delay = ffi.new("hedgerow_latency *"), ffi.new("uint64_t *")
        must(lib.hedgerow_monitor_latency(self._monitor, endpoint, latency))
        must(lib.hedgerow_hedge_delay(latency, delay))
        return int(delay[0])

    def observe(self, now: int, seen: Observation) -> None:
        """Takes in how a request went. `drain` afterwards."""
        must(lib.hedgerow_monitor_observe(self._monitor, now, seen._plain()))
        self.budget.observe(now, seen)

    def probed(
        self, now: int, probe: Probe, latency_us: int, failure: Reason | None = None
    ) -> None:
        """Takes in how a probe went. `drain` afterwards."""
        must(
            lib.hedgerow_monitor_handle_probe(
                self._monitor, now, probe.endpoint, probe.lease, failure or 0, latency_us
            )
        )

    def drain(self, now: int) -> tuple[list[Probe | HealthChanged], int]:
        """What is to be done or was found, and when to ask again."""
        output = ffi.new("hedgerow_monitor_output *")
        found: list[Probe | HealthChanged] = []
        while True:
            must(lib.hedgerow_monitor_poll(self._monitor, now, output))
            endpoint = int(output.endpoint)
            match output.kind:
                case lib.HEDGEROW_MONITOR_PROBE:
                    found.append(Probe(endpoint, output.lease, output.until))
                case lib.HEDGEROW_MONITOR_TRIAL:
                    self._trial = endpoint, int(output.until)
                case lib.HEDGEROW_MONITOR_HEALTH_CHANGED:
                    must(
                        lib.hedgerow_pool_set_health(self._pool, now, endpoint, output.health)
                    )
                    health = Health(output.health)
                    found.append(HealthChanged(endpoint, health, Reason(output.reason)))
                case lib.HEDGEROW_MONITOR_WAIT:
                    break
        changes = ffi.new("uint64_t *")
        must(lib.hedgerow_pool_next_change(self._pool, now, changes))
        if changes[0] <= now or any(isinstance(news, HealthChanged) for news in found):
            self._take_snapshot(now)
            must(lib.hedgerow_pool_next_change(self._pool, now, changes))
        return found, min(int(output.until), int(changes[0]))


__all__ = ["Health", "HealthChanged", "HedgerowError", "Probe", "Watch"]
