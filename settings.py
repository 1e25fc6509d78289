"""Every setting: its name, default, unit and what it does. The only reader of the environment.

A setting `page_bytes` is read from `MAILLAGE_PAGE_BYTES`. Options of the command line come before the environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from endpoint.settings import EndpointSettings
from execution.limits import Limits
from execution.settings import check_settings, needed_instead, setting

PREFIX = "MAILLAGE_"
_SWITCHED = {**dict.fromkeys(("1", "true", "yes", "on"), True), **dict.fromkeys(("0", "false", "no", "off"), False)}


class SettingsError(ValueError):
    """A setting whose value cannot be used; the message names the setting, the value and what is accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a server. `Settings()` is the default of each."""

    host: str = setting("127.0.0.1", "The address to listen on.", "address")
    port: int = setting(8000, "The port to listen on.", "port", least=0)
    workers: int = setting(1, "How many processes share the load.", "processes")
    store: Path = setting(Path("var/maillage.sqlite"), "The database; made from `data` where there is none.", "path")
    data: Path = setting(
        Path(__file__).resolve().parent / "data" / "pages", "The pages to import where there is no store yet.", "path"
    )
    graphiql: bool = setting(True, "Serve GraphiQL to browsers.", "yes/no")
    explorer: bool = setting(True, "Serve the explorer, the pages in French.", "yes/no")
    cors_origins: str = setting("", "Comma-separated origins allowed to call from a browser; `*` for all.", "origins")
    log_format: str = setting("readable", "How log lines are written.", "readable or json")
    log_level: str = setting("info", "The least severe log line that is written.", "debug to critical")
    memo_bytes: int = setting(64 << 20, "Memory for fragments of answers that come back; 0 for none.", "bytes", least=0)
    documents: str = setting("", "Run only the GraphQL documents of this folder; empty for any document.", "folder")
    poll_seconds: float = setting(0.05, "How often it is looked whether the store was written to.", "seconds")
    wait_seconds: float = setting(1.0, "How long a request waits for a position that it names.", "seconds")
    behind_seconds: float = setting(10.0, "How long the store may not be followed before `/ready` says so.", "seconds")
    analysis_seconds: float = setting(
        600.0, "How old communities, meetings and centralities of 5,000 actions or more may be.", "seconds"
    )
    ready_seconds: int = setting(300, "How long a worker may take to start before it is given up.", "seconds")
    loop: str = setting("asyncio", "The event loop: see bench/README.md for both.", "asyncio or uvloop")
    shutdown_seconds: int = setting(15, "How long a stop waits for the requests under way.", "seconds", least=0)

    limits: Limits = field(default_factory=Limits)
    endpoint: EndpointSettings = field(default_factory=EndpointSettings)

    def __post_init__(self) -> None:
        check_settings(self)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """The defaults, changed by what the environment says. Raises SettingsError for an unusable value or name."""
        given = os.environ if environment is None else environment
        rows = {row.variable: row for row in table()}
        values: dict[str, dict[str, Any]] = {"": {}, "limits": {}, "endpoint": {}}
        for name, text in given.items():
            if not name.startswith(PREFIX):
                continue
            if name not in rows:
                close = process.extractOne(name, rows.keys(), scorer=fuzz.ratio, score_cutoff=60)
                raise SettingsError(f"{name} is not a setting" + (f"; did you mean {close[0]}?" if close else "."))
            values[rows[name].group][rows[name].name] = rows[name].read(text)
        return cls(**values[""], limits=Limits(**values["limits"]), endpoint=EndpointSettings(**values["endpoint"]))

    def export(self) -> None:
        """Put every setting in the environment, for the worker processes to read."""
        for row in table():
            value = getattr(getattr(self, row.group) if row.group else self, row.name)
            os.environ[row.variable] = str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class Row:
    """A setting as the table of settings shows it. `group` is "" or the attribute of Settings that holds it."""

    variable: str
    group: str
    name: str
    default: Any
    unit: str
    sentence: str
    least: int

    def read(self, text: str) -> Any:
        """The value that a text gives. Raises SettingsError."""
        value: Any = text
        if isinstance(self.default, bool):
            value = _SWITCHED.get(text.lower(), text)
        elif isinstance(self.default, int):
            value = int(text) if text.isdecimal() else text
        elif isinstance(self.default, Path):
            value = Path(text)
        elif isinstance(self.default, float):
            with suppress(ValueError):
                value = float(text)
        if needed := needed_instead(value, self.default, self.least):
            raise SettingsError(f"{self.variable}={text!r} cannot be used; give {needed}.")
        return value


def table() -> list[Row]:
    """Every setting, in the order of the documentation."""
    holders: tuple[tuple[str, type, str], ...] = (
        ("", Settings, ""),
        ("limits", Limits, "LIMIT_"),
        ("endpoint", EndpointSettings, "ENDPOINT_"),
    )
    return [
        Row(f"{PREFIX}{word}{spec.name.upper()}", group, spec.name, spec.default, **spec.metadata)
        for group, holder, word in holders
        for spec in fields(holder)
        if spec.metadata
    ]
