"""Every setting: its name, default, unit and what it does. The only reader of the environment.

A setting `page_bytes` is read from `MAILLAGE_PAGE_BYTES`. Options of the command line come before the environment.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from endpoint.settings import EndpointSettings
from execution.limits import Limits

PREFIX = "MAILLAGE_"
_YES = ("1", "true", "yes", "on")
_NO = ("0", "false", "no", "off")


class SettingsError(ValueError):
    """A setting whose value cannot be used; the message names the setting, the value and what is accepted."""


def _setting(default: Any, unit: str, sentence: str) -> Any:
    return field(default=default, metadata={"unit": unit, "sentence": sentence})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a server. `Settings()` is the default of each."""

    host: str = _setting("127.0.0.1", "address", "The address to listen on.")
    port: int = _setting(8000, "port", "The port to listen on.")
    workers: int = _setting(1, "processes", "How many processes share the load.")
    store: Path = _setting(Path("var/maillage.sqlite"), "path", "The database; made from `data` where there is none.")
    data: Path = _setting(
        Path(__file__).resolve().parent / "data" / "pages", "path", "The pages to import where there is no store yet."
    )
    graphiql: bool = _setting(True, "yes/no", "Serve GraphiQL to browsers.")
    explorer: bool = _setting(True, "yes/no", "Serve the explorer, the pages in French.")
    cors_origins: str = _setting("", "origins", "Comma-separated origins allowed to call from a browser; `*` for all.")
    log_format: str = _setting("readable", "readable or json", "How log lines are written.")
    log_level: str = _setting("info", "debug to critical", "The least severe log line that is written.")
    memo_bytes: int = _setting(64 << 20, "bytes", "Memory for fragments of answers that come back; 0 for none.")
    documents: str = _setting("", "folder", "Run only the GraphQL documents of this folder; empty for any document.")
    loop: str = _setting("asyncio", "asyncio or uvloop", "The event loop: see bench/README.md for both.")
    shutdown_seconds: int = _setting(15, "seconds", "How long a stop waits for the requests under way.")

    limits: Limits = field(default_factory=Limits)
    endpoint: EndpointSettings = field(default_factory=EndpointSettings)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """The defaults, changed by what the environment says. Raises SettingsError for an unusable value or name."""
        given = os.environ if environment is None else environment
        known = {row.variable: row for row in table()}
        found: dict[str, dict[str, Any]] = {"": {}, "limits": {}, "endpoint": {}}
        for name, value in given.items():
            if not name.startswith(PREFIX):
                continue
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                raise SettingsError(f"{name} is not a setting" + (f"; did you mean {close[0]}?" if close else "."))
            found[known[name].group][known[name].name] = _read(name, value, known[name].default)
        try:
            limits = Limits(**found["limits"])
            endpoint = EndpointSettings(**found["endpoint"])
        except ValueError as error:
            raise SettingsError(f"{error}.") from error
        return cls(**found[""], limits=limits, endpoint=endpoint)

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


def table() -> list[Row]:
    """Every setting, in the order of the documentation."""
    rows = [
        Row(
            f"{PREFIX}{spec.name.upper()}",
            "",
            spec.name,
            spec.default,
            spec.metadata["unit"],
            spec.metadata["sentence"],
        )
        for spec in fields(Settings)
        if "sentence" in spec.metadata
    ]
    for group, holder, word in (("limits", Limits, "LIMIT"), ("endpoint", EndpointSettings, "ENDPOINT")):
        rows += [
            Row(f"{PREFIX}{word}_{spec.name.upper()}", group, spec.name, spec.default, "", spec.metadata["unit"])
            for spec in fields(holder)
        ]
    return rows


def _read(name: str, value: str, default: Any) -> Any:
    if isinstance(default, bool):
        if value.lower() not in (*_YES, *_NO):
            raise SettingsError(f"{name}={value!r} cannot be used; give one of {', '.join((*_YES, *_NO))}.")
        return value.lower() in _YES
    if isinstance(default, int):
        if not value.isdecimal():
            raise SettingsError(f"{name}={value!r} cannot be used; give a whole number, 0 or more.")
        return int(value)
    if isinstance(default, float):
        try:
            return float(value)
        except ValueError:
            raise SettingsError(f"{name}={value!r} cannot be used; give a number.") from None
    return type(default)(value)
