"""Hedgerow keeps web assets arriving when a CDN fails.

`aio.Client` fetches over real connections. What it is made of can be used with
another transport: `Race` decides one request, `Watch` remembers how the
endpoints fare. Neither opens a connection nor looks at a clock: moments are
arguments, in microseconds of any monotonic clock.
"""

from hedgerow._library import HedgerowError
from hedgerow.asset import Classification, classify
from hedgerow.race import (
    NEVER,
    Budget,
    Cancel,
    Candidate,
    Commit,
    Done,
    Ended,
    Observation,
    Observe,
    Output,
    Race,
    Refused,
    Start,
    Wait,
)
from hedgerow.reason import Reason
from hedgerow.watch import Health, HealthChanged, Probe, Watch

__all__ = [
    "NEVER",
    "Budget",
    "Cancel",
    "Candidate",
    "Classification",
    "Commit",
    "Done",
    "Ended",
    "Health",
    "HealthChanged",
    "HedgerowError",
    "Observation",
    "Observe",
    "Output",
    "Probe",
    "Race",
    "Reason",
    "Refused",
    "Start",
    "Wait",
    "Watch",
    "classify",
]
