"""One request raced over several endpoints; what a race asks is plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hedgerow._library import ffi, lib, made, must
from hedgerow.reason import Reason

NEVER: int = lib.HEDGEROW_NEVER
"""In place of a moment or a span in microseconds."""


@dataclass(frozen=True)
class Observation:
    """What was seen of an endpoint; a monitor takes it in as it is."""

    kind: int
    endpoint: int
    reason: int
    latency_us: int

    def _plain(self) -> Any:
        plain = ffi.new("hedgerow_observation *")
        plain.kind, plain.endpoint = self.kind, self.endpoint
        plain.reason, plain.latency_us = self.reason, self.latency_us
        return plain


@dataclass(frozen=True)
class Start:
    """Start this attempt."""

    attempt: int
    endpoint: int
    reason: Reason


@dataclass(frozen=True)
class Cancel:
    """Stop this attempt; what it still reports is ignored."""

    attempt: int
    reason: Reason


@dataclass(frozen=True)
class Commit:
    """Put this attempt's result to use, and tell `Race.handle_commit`."""

    attempt: int


@dataclass(frozen=True)
class Ended:
    """The attempt has ended, for the record."""

    attempt: int
    reason: Reason


@dataclass(frozen=True)
class Observe:
    """Feed this to the monitor."""

    observation: Observation


@dataclass(frozen=True)
class Refused:
    """A hedge beside this silent attempt was due but not started."""

    attempt: int
    reason: Reason


@dataclass(frozen=True)
class Wait:
    """Nothing to do before this moment, in microseconds."""

    until: int


@dataclass(frozen=True)
class Done:
    """The race is over: with an attempt, or for a reason with none."""

    attempt: int | None
    reason: Reason | None


Output = Start | Cancel | Commit | Ended | Observe | Refused | Wait | Done


@dataclass(frozen=True)
class Candidate:
    """An endpoint that a race may use; spans are in microseconds."""

    endpoint: int
    hedge_delay_us: int = 250_000
    attempt_timeout_us: int = 3_000_000


class Budget:
    """What keeps failover from multiplying load; the races of a client share one."""

    def __init__(self, retry_percent: int = 20, retries_per_second: int = 10) -> None:
        self._object = made(
            "hedgerow_budget", "hedgerow_budget_new", retry_percent, retries_per_second
        )

    def count_request(self, now: int) -> None:
        """A request earns its share of a retry."""
        must(lib.hedgerow_budget_count_request(self._object, now))

    def observe(self, now: int, seen: Observation) -> None:
        """A success earns a part of a hedge; and who has been silent since its last
        success is hedged although the budget is spent."""
        must(lib.hedgerow_budget_observe(self._object, now, seen._plain()))

    @property
    def hedges(self) -> float:
        """What is left for hedges."""
        thousandths = ffi.new("uint32_t *")
        must(lib.hedgerow_budget_hedges(self._object, thousandths))
        return int(thousandths[0]) / 1000


class Race:
    """One request raced over candidates in their order; times in microseconds.

    After each input, iterate over `drain` to its end.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        now: int,
        *,
        whole_bodies: bool = True,
        total_timeout_us: int | None = None,
        budget: Budget | None = None,
    ) -> None:
        settings = ffi.new("hedgerow_race_settings *")
        must(
            lib.hedgerow_race_settings_init(
                settings, ffi.sizeof("hedgerow_race_settings"), lib.HEDGEROW_PROFILE_PROXY
            )
        )
        if whole_bodies:
            settings.winning_phase = lib.HEDGEROW_PHASE_COMPLETE
        if total_timeout_us is not None:
            settings.total_timeout_us = total_timeout_us
        given = ffi.new("hedgerow_candidate[]", len(candidates))
        for place, candidate in zip(given, candidates, strict=True):
            place.endpoint = candidate.endpoint
            place.hedge_delay_us = candidate.hedge_delay_us
            place.attempt_timeout_us = candidate.attempt_timeout_us
        self._object = made(
            "hedgerow_race", "hedgerow_race_new", settings, given, len(candidates), now
        )
        self._budget = budget
        self._output = ffi.new("hedgerow_race_output *")

    def handle_head(self, now: int, attempt: int) -> None:
        """A good response head arrived."""
        must(lib.hedgerow_race_handle_head(self._object, now, attempt))

    def handle_progress(self, now: int, attempt: int, size: int) -> None:
        """So many body bytes have arrived in all."""
        must(lib.hedgerow_race_handle_progress(self._object, now, attempt, size))

    def handle_complete(self, now: int, attempt: int) -> None:
        """The body is whole."""
        must(lib.hedgerow_race_handle_complete(self._object, now, attempt))

    def handle_failure(self, now: int, attempt: int, reason: Reason) -> None:
        """The attempt failed."""
        must(lib.hedgerow_race_handle_failure(self._object, now, attempt, reason))

    def handle_commit(self, now: int, attempt: int, failure: Reason | None = None) -> None:
        """What was to be put to use has been, or could not be."""
        must(lib.hedgerow_race_handle_commit(self._object, now, attempt, failure or 0))

    def handle_ejected(self, now: int, endpoint: int) -> None:
        """An endpoint was ejected meanwhile: it is not waited for."""
        must(lib.hedgerow_race_handle_ejected(self._object, now, endpoint))

    def handle_cancel(self, now: int, reason: Reason) -> None:
        """The race is called off, for no fault of any endpoint."""
        must(lib.hedgerow_race_handle_cancel(self._object, now, reason))

    def drain(self, now: int) -> Iterator[Output]:
        """What to do next. Ends after a `Wait` or `Done`."""
        while True:
            output = self._poll(now)
            if output is not None:
                yield output
            if isinstance(output, Wait | Done):
                return

    def _poll(self, now: int) -> Output | None:
        output = self._output
        # Not kept as a pointer: a freed budget would outlive its object there.
        budget = ffi.NULL if self._budget is None else self._budget._object
        must(lib.hedgerow_race_poll(self._object, now, budget, output))
        return _plain(output)


def _plain(output: Any) -> Output | None:
    """A kind that this release does not know is to be ignored."""
    attempt, reason = int(output.attempt), Reason(output.reason)
    match output.kind:
        case lib.HEDGEROW_RACE_START:
            return Start(attempt, output.endpoint, reason)
        case lib.HEDGEROW_RACE_CANCEL:
            return Cancel(attempt, reason)
        case lib.HEDGEROW_RACE_COMMIT:
            return Commit(attempt)
        case lib.HEDGEROW_RACE_ENDED:
            return Ended(attempt, reason)
        case lib.HEDGEROW_RACE_OBSERVE:
            seen = output.observation
            return Observe(Observation(seen.kind, seen.endpoint, seen.reason, seen.latency_us))
        case lib.HEDGEROW_RACE_REFUSED:
            return Refused(attempt, reason)
        case lib.HEDGEROW_RACE_WAIT:
            return Wait(output.until)
        case lib.HEDGEROW_RACE_DONE:
            won = attempt != lib.HEDGEROW_NO_ATTEMPT
            return Done(attempt if won else None, None if won else reason)
    return None
