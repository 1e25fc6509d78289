"""Writes docs/settings.md from the table of settings: `python -m tests.write_settings`."""

from __future__ import annotations

from pathlib import Path

from settings import Row, table

TARGET = Path(__file__).resolve().parent.parent / "docs" / "settings.md"


def main() -> None:
    lines = [
        "# Settings",
        "",
        "Each is read from the environment; options of the command line come before. An unknown name that begins with",
        "`MAILLAGE_` is refused, so a typo is seen.",
        "",
    ]
    titles = {
        "": "The server",
        "limits": "What one request may ask for (the largest value that is accepted)",
        "endpoint": "The endpoint",
    }
    for group, title in titles.items():
        lines += [f"## {title}", "", "| Variable | Default | Unit | What it does |", "|---|---|---|---|"]
        lines += [_line(row) for row in table() if row.group == group]
        lines.append("")
    TARGET.write_text("\n".join(lines), encoding="utf-8")


def _line(row: Row) -> str:
    default = (
        "the folder `data/pages`"
        if row.name == "data" and not row.group
        else f"`{row.default}`"
        if row.default != ""
        else "–"
    )
    return f"| `{row.variable}` | {default} | {row.unit} | {row.sentence} |"


if __name__ == "__main__":
    main()
