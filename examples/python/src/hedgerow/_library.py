"""The C library that the wheel carries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hedgerow._declarations import ffi as _declared

ffi: Any = _declared
lib: Any = ffi.dlopen(str(Path(__file__).with_name("libhedgerow.so")))


class HedgerowError(Exception):
    """A call that the library refused; ``status`` is its stable name."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status = status


def text(of: Any) -> str:
    """A text of the library's, which lends it."""
    return bytes(ffi.buffer(of.data, of.len)).decode()


def must(status: int, error: Any = None) -> None:
    """Raises what a status says, unless it is OK."""
    if status == lib.HEDGEROW_OK:
        return
    found = ffi.new("hedgerow_str *")
    name = message = f"status {status}"
    if lib.hedgerow_status_name(status, found) == lib.HEDGEROW_OK:
        name = text(found)
    if lib.hedgerow_status_message(status, found) == lib.HEDGEROW_OK:
        message = text(found)
    if error is not None and error.message[0] != b"\0":
        message = ffi.string(error.message).decode()
    raise HedgerowError(name, message)


def made(kind: str, create: str, *arguments: Any) -> Any:
    """A new object of the library's, which is freed with its last reference."""
    out = ffi.new(f"{kind} **")
    must(getattr(lib, create)(*arguments, out))
    return ffi.gc(out[0], getattr(lib, f"{kind}_free"))
