"""Writes what other languages read of the tables of kinds and fields: `python -m tests.write_tables`.

`web/shared/tables.js` is written as a whole. In the explorer's queries of whole sheets the lines between two comments
are: the links of an action, and its texts, or all that a sheet prints. In `data/actions.schema.json` the keys of an
action stand as they are where their rules are their own (the title, the year, the structure…); the others are written
from the table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from graph.fields import FIELDS, STATUS, Field, Holds
from graph.ingest import write_json
from graph.kinds import KINDS, Kind
from graph.model import Sheet
from graph.vocabulary import load_vocabulary

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "web" / "shared" / "tables.js"
SCHEMA = ROOT / "data" / "actions.schema.json"

FIELD_AT = {field.api: field for field in FIELDS}
NAMES = {Holds.ONE: "word", Holds.MANY: "list", Holds.TEXT: "text"}
WIDTH = 110
EMPTY = Sheet(title="", department="", structure="", structure_department="")


def tables() -> str:
    """The JavaScript of the two tables."""
    shown = {field.api: field.shown for field in FIELDS if field.shown}
    return "\n".join(
        (
            "// Written by `make tables`: do not edit.",
            "",
            "/** The kinds of node: words for one and several, path of its pages, facet, field in an action. */",
            *_exported("KINDS", {kind.value: _words_of(row) for kind, row in KINDS.items()}),
            "",
            "/** The fields of a sheet, by their names in the API: their labels where a person reads them. */",
            *_exported("FIELDS", shown),
            "",
        )
    )


def schema() -> str:
    """The JSON Schema of our own form, its keys in the order in which they are written."""
    whole = json.loads(SCHEMA.read_text(encoding="utf-8"))
    action = whole["$defs"]["action"]
    rules = action["properties"]
    results = rules["results"]
    (written,) = json.loads(b"".join(write_json([EMPTY])))
    results["properties"] = {key: _rule(f"results.{key}", results["properties"]) for key in written["results"]}
    action["properties"] = {key: _rule(key, rules) for key in written}
    return _pretty(whole, "") + "\n"


def _rule(path: str, known: dict[str, Any]) -> dict[str, Any]:
    field = FIELD_AT.get(path)
    if field is None or not field.shown or (field.holds is Holds.ONE and not field.words):
        rule: dict[str, Any] = known[path]
        return rule
    rule = {"$ref": f"#/$defs/{NAMES[field.holds]}"}
    if field.optional:
        rule["description"] = "Null where its label is not printed."
    elif "description" in known.get(path, {}):
        rule["description"] = known[path]["description"]
    if field.words:
        words = list(load_vocabulary().labels[field.words][:2])
        rule["examples"] = [words] if field.holds is Holds.MANY else words
    return rule


def _pretty(value: Any, indent: str) -> str:
    """JSON of which a part stands on one line where it is short enough."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) < WIDTH or not isinstance(value, dict):
        return line
    inner = f"{indent}  "
    entries = (f"{inner}{json.dumps(key)}: {_pretty(entry, inner)}" for key, entry in value.items())
    return "{\n" + ",\n".join(entries) + f"\n{indent}}}"


def _words_of(row: Kind) -> dict[str, str | bool]:
    words: dict[str, str | bool] = {"one": row.one, "many": row.several, "title": row.title, "path": row.path}
    if not row.parameter:
        return words
    return words | {"facet": row.kind.name, "parameter": row.parameter, "field": row.attribute, "list": row.many}


def _exported(name: str, entries: dict[str, Any]) -> list[str]:
    lines = (
        f'  "{key}": {json.dumps(value, ensure_ascii=False, separators=(",", ":"))},' for key, value in entries.items()
    )
    return [f"export const {name} = {{", *(line.replace("\u202f", "\\u202f") for line in lines), "};"]


def query(path: Path, fields: list[str]) -> str:
    """A query of the explorer, with some fields of an action or of a sheet."""
    begin, rest = path.read_text(encoding="utf-8").split("# Written by `make tables`:\n")
    indent = begin[begin.rindex("\n") + 1 :]
    _, end = rest.split(f"{indent}# End.\n")
    written = "".join(f"{indent}{line}\n" for line in fields)
    return f"{begin}# Written by `make tables`:\n{written}{indent}# End.\n{end}"


def links(label: str) -> list[str]:
    """Every link of an action that its sheet prints, but its structure, with what is asked of the other end."""
    printed = {field.name for field in FIELDS} - {"structure"}
    return [f"{row.attribute} {{ {label} }}" for row in KINDS.values() if row.attribute in printed]


def values(fields: Iterable[Field]) -> list[str]:
    """The fields by their paths in the API, those of one path together at the end."""
    paths = [field.api.partition(".") for field in fields]
    inner = {outer: [name for of, dot, name in paths if dot and of == outer] for outer, dot, _ in paths if dot}
    plain = [name for name, dot, _ in paths if not dot]
    return plain + [f"{outer} {{ {' '.join(names)} }}" for outer, names in inner.items()]


def queries() -> dict[Path, str]:
    """The explorer's queries of whole sheets."""
    texts = values(field for field in FIELDS if field.apart)
    printed = values(field for field in FIELDS if field.name not in ("structure", STATUS))
    wanted = {
        "action": [*links("id label actionCount"), *texts],
        "download": [*links("id label"), *texts],
        "graph_actions": links("id label"),
        "revision": ["structure { name department }", f"statusLabel: {STATUS}", *printed],
    }
    paths = {ROOT / "web" / "explorer" / "queries" / f"{name}.graphql": fields for name, fields in wanted.items()}
    return {path: query(path, fields) for path, fields in paths.items()}


def main() -> None:
    for path, text in queries().items():
        path.write_text(text, encoding="utf-8")
    TABLES.write_text(tables(), encoding="utf-8")
    SCHEMA.write_text(schema(), encoding="utf-8")


if __name__ == "__main__":
    main()
