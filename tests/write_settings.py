"""Writes docs/settings.md from the table of settings: `python -m tests.write_settings`."""

from __future__ import annotations

from pathlib import Path

from settings import Row, Settings, table

TARGET = Path(__file__).resolve().parent.parent / "docs" / "settings.md"


INTRODUCTION = """# Settings

Each is read from the environment; options of the command line come before. An unknown name that begins with
`MAILLAGE_` is refused, so a typo is seen. A whole number is 0 or 1 or more, any other number above 0.
"""

TITLES = {
    "": "The server",
    "limits": "What one request may ask for (the largest value that is accepted)",
    "endpoint": "The endpoint",
}


def document() -> str:
    """The whole of docs/settings.md."""
    lines = [INTRODUCTION]
    for group, title in TITLES.items():
        lines += [f"## {title}", "", "| Variable | Default | Unit | What it does |", "|---|---|---|---|"]
        lines += [_line(row) for row in table() if row.group == group]
        lines.append("")
    return "\n".join(lines)


def _line(row: Row) -> str:
    default = f"`{row.default}`" if row.default != "" else "–"
    if isinstance(row.default, bool):
        default = "yes" if row.default else "no"
    if row.default == Settings().data:
        default = "the folder `data/pages`"
    return f"| `{row.variable}` | {default} | {row.unit} | {row.sentence} |"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
