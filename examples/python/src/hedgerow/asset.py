"""What a URL says of its asset: whether its bytes may ever change."""

from __future__ import annotations

from dataclasses import dataclass

from hedgerow._library import ffi, lib, must, text
from hedgerow.reason import Reason


@dataclass(frozen=True)
class Classification:
    """A class, such as ``"fingerprinted"``, and why it is this one."""

    name: str
    immutable: bool
    reason: Reason


def classify(url: str | bytes) -> Classification:
    """Classifies a URL, absolute or not. When it is not sure, the bytes change."""
    given = url.encode() if isinstance(url, str) else url
    found, name = ffi.new("hedgerow_classification *"), ffi.new("hedgerow_str *")
    must(lib.hedgerow_classify(given, len(given), ffi.NULL, found))
    must(lib.hedgerow_class_name(found.class_code, name))
    return Classification(text(name), bool(found.immutable), Reason(found.reason))
