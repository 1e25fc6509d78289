"""What the endpoint accepts and how long it waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def _setting(default: Any, unit: str) -> Any:
    return field(default=default, metadata={"unit": unit})


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """Settings of GraphQLEndpoint and of what stands around it; the limits of an operation are in Limits."""

    body_bytes: int = _setting(1_048_576, "bytes of a request's body, or of its query string")
    body_seconds: float = _setting(15.0, "seconds to receive a request's body")
    operation_seconds: float = _setting(10.0, "seconds that an operation may take")
    batch: int = _setting(0, "operations in one request; 0 refuses batches")
    get: bool = _setting(True, "answer queries sent by GET")
    introspection: bool = _setting(True, "introspection, and suggestions in messages")
    persisted: int = _setting(1_000, "automatic persisted queries that are kept; 0 refuses them")
    threads: int = _setting(2, "worker threads for heavy operations")
    waiting: int = _setting(16, "heavy operations that may wait for a thread before 503")
    lag_seconds: float = _setting(0.05, "seconds that the event loop may run late before 503")
    retry_seconds: int = _setting(1, "seconds of Retry-After")
    header_seconds: float = _setting(10.0, "seconds to receive the headers of a request")
    header_bytes: int = _setting(65_536, "bytes of the request line and headers")

    def __post_init__(self) -> None:
        for name in ("batch", "persisted", "waiting"):
            if getattr(self, name) < 0:
                raise ValueError(f"EndpointSettings.{name} is {getattr(self, name)!r}; 0 or more is needed")
        for name in (
            "body_bytes",
            "body_seconds",
            "operation_seconds",
            "threads",
            "lag_seconds",
            "retry_seconds",
            "header_seconds",
            "header_bytes",
        ):
            if getattr(self, name) <= 0:
                raise ValueError(f"EndpointSettings.{name} is {getattr(self, name)!r}; more than 0 is needed")
