"""Weak ETags: equal for the same data, document, operation, variables and form of the answer.

Weak, because compression may change the bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from typing import Any

import orjson

from execution import Plan


def entity_tag(
    version: Hashable, plan: Plan, variables: dict[str, Any], media: bytes, extensions: bytes | None
) -> bytes:
    """The tag of an answer over the data of a version, with its quotes."""
    parts = [repr(version).encode(), plan.text.encode(), (plan.operation_name or "").encode(), media, extensions or b""]
    hash_ = hashlib.blake2b(digest_size=16)
    for part in parts:
        hash_.update(b"%d:" % len(part) + part)
    hash_.update(orjson.dumps(variables, option=orjson.OPT_SORT_KEYS))
    return b'W/"%s"' % hash_.hexdigest().encode()


def matches(if_none_match: bytes | None, tag: bytes) -> bool:
    """Whether an If-None-Match names the tag, or any."""
    given = {part.strip().removeprefix(b"W/") for part in (if_none_match or b"").split(b",")}
    return bool(given & {b"*", tag.removeprefix(b"W/")})
