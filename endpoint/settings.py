"""What the endpoint accepts and how long it waits."""

from __future__ import annotations

from dataclasses import dataclass

from execution.settings import check_settings, setting


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """Settings of GraphQLEndpoint and of what stands around it; the limits of an operation are in Limits."""

    body_bytes: int = setting(1_048_576, "bytes of a request's body, or of its query string")
    body_seconds: float = setting(15.0, "seconds to receive a request's body")
    operation_seconds: float = setting(10.0, "seconds that an operation may take")
    batch: int = setting(0, "operations in one request; 0 refuses batches", least=0)
    get: bool = setting(True, "answer queries sent by GET")
    introspection: bool = setting(True, "introspection, and suggestions in messages")
    persisted: int = setting(1_000, "automatic persisted queries that are kept; 0 refuses them", least=0)
    threads: int = setting(2, "worker threads for heavy operations")
    waiting: int = setting(16, "heavy operations that may wait for a thread before 503", least=0)
    lag_seconds: float = setting(0.05, "seconds that the event loop may run late, while many ask, before 503")
    retry_seconds: int = setting(1, "seconds of Retry-After")
    header_seconds: float = setting(10.0, "seconds to receive the headers of a request")
    header_bytes: int = setting(65_536, "bytes of the request line and headers")

    def __post_init__(self) -> None:
        check_settings(self)
