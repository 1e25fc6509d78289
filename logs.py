"""How log lines are written: readable, or one JSON object a line."""

from __future__ import annotations

import logging
from typing import Any

import orjson

FORMATS = ("readable", "json")
LEVELS = ("debug", "info", "warning", "error", "critical")


class JsonFormatter(logging.Formatter):
    """A record as one JSON object: time (UTC), level, logger, message, and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(line).decode()


def configuration(log_format: str, level: str) -> dict[str, Any]:
    """The `logging.config.dictConfig` of the server. Raises ValueError for a format or level that there is not."""
    for name, given, accepted in (("log_format", log_format, FORMATS), ("log_level", level, LEVELS)):
        if given not in accepted:
            raise ValueError(f"{name} {given!r} cannot be used; give one of {', '.join(accepted)}.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "readable": {"format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s"},
            "json": {"()": JsonFormatter},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": log_format}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {"uvicorn.access": {"level": "WARNING"}},
    }
