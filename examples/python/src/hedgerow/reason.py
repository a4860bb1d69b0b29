"""Why something was decided: the names and numbers of all of Hedgerow's faces."""

from __future__ import annotations

from hedgerow._library import ffi, lib, must, text


class Reason(int):
    """A reason's stable number, which knows its name."""

    @classmethod
    def find(cls, name: str) -> Reason:
        """The reason with this name, such as ``"hedge_lost"``."""
        number = ffi.new("uint16_t *")
        encoded = name.encode()
        must(lib.hedgerow_reason_find(encoded, len(encoded), number))
        return cls(number[0])

    @classmethod
    def all(cls) -> list[Reason]:
        """Every reason that the library knows, in the order of the numbers."""
        number = ffi.new("uint16_t *")
        found: list[Reason] = []
        while lib.hedgerow_reason_at(len(found), number) == lib.HEDGEROW_OK:
            found.append(cls(number[0]))
        return found

    def __str__(self) -> str:
        """The stable name."""
        name = ffi.new("hedgerow_str *")
        must(lib.hedgerow_reason_name(self, name))
        return text(name)

    def __repr__(self) -> str:
        return f"<Reason {self:d} {self}>"

    @property
    def description(self) -> str:
        """One sentence for people."""
        sentence = ffi.new("hedgerow_str *")
        must(lib.hedgerow_reason_description(self, sentence))
        return text(sentence)


NETWORK_ERROR = Reason(lib.HEDGEROW_REASON_NETWORK_ERROR)
HTTP_STATUS = Reason(lib.HEDGEROW_REASON_HTTP_STATUS)
TIMEOUT = Reason(lib.HEDGEROW_REASON_TIMEOUT)
TRUNCATED = Reason(lib.HEDGEROW_REASON_TRUNCATED)
CANCELLED = Reason(lib.HEDGEROW_REASON_CANCELLED)
