"""A setting: a field of a frozen dataclass that knows what it is and the least value that is accepted."""

from __future__ import annotations

from dataclasses import field, fields
from typing import Any


def setting(default: Any, sentence: str, unit: str = "", *, least: int = 1) -> Any:
    """A field. A whole number is at least `least`; any other number is above 0."""
    return field(default=default, metadata={"unit": unit, "sentence": sentence, "least": least})


def needed_instead(value: Any, default: Any, least: int) -> str:
    """What is needed in place of a value, "" where it can be used. It has the type of its default."""
    if type(default) is bool and type(value) is not bool:
        return "true or false"
    if type(default) is int and not (type(value) is int and value >= least):
        return f"a whole number of at least {least}"
    if type(default) is float and not (type(value) in (int, float) and value > 0):
        return "a number above 0"
    return ""


def check_settings(holder: Any) -> None:
    """Raises ValueError that names the first setting of a dataclass whose value cannot be used."""
    for spec in fields(holder):
        value = getattr(holder, spec.name)
        if needed := needed_instead(value, spec.default, spec.metadata.get("least", 0)):
            raise ValueError(f"{type(holder).__name__}.{spec.name} is {value!r}; {needed} is needed")
