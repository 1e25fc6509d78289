"""The example queries: one reader for GraphiQL's menu, the tests and the README.

An example is a file `NN-name.graphql` that begins with comments, its answer beside it in `NN-name.json`:

    # The title, one line
    # A description, on as many lines as it needs.
    # variables: {"first": 5}

    query Name($first: Int) { … }
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_VARIABLES = "variables:"


@dataclass(frozen=True, slots=True)
class Example:
    """A query worth running. `name` is the file's name without `.graphql`, `query` the document without its header."""

    name: str
    title: str
    description: str
    query: str
    variables: dict[str, Any] = field(default_factory=dict)


class ExampleError(ValueError):
    """An example that cannot be read. The message names the file and says what is wrong with it."""


def load_examples(folder: Path) -> list[Example]:
    """The examples of `folder` by file name. Raises ExampleError where it is no folder or a file not of that form."""
    if not folder.is_dir():
        raise ExampleError(f"{folder} is not a folder of examples")
    return [read_example(path) for path in sorted(folder.glob("*.graphql"))]


def read_example(path: Path) -> Example:
    """The example of one file. Raises ExampleError where the file is not of the form above."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ExampleError(f"{path.name} is not UTF-8: {error.reason} at byte {error.start}") from None

    end_of_header = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    header = [line.removeprefix("#").strip() for line in lines[:end_of_header]]
    query = "\n".join(lines[end_of_header:]).strip()
    if not header or not header[0] or header[0].startswith(_VARIABLES):
        raise ExampleError(f"{path.name}:1: the first line must be a title, as in « # The title »")
    if not query:
        raise ExampleError(f"{path.name}: no query follows the comments")

    variables: dict[str, Any] = {}
    if header[-1].startswith(_VARIABLES):
        variables = _read_variables(header.pop().removeprefix(_VARIABLES), f"{path.name}:{end_of_header}")
    for number, line in enumerate(header, start=1):
        if line.startswith(_VARIABLES):
            raise ExampleError(f"{path.name}:{number}: « {_VARIABLES} » must be the last line of the comments")
    return Example(path.stem, header[0], " ".join(filter(None, header[1:])), query, variables)


def _read_variables(text: str, place: str) -> dict[str, Any]:
    try:
        variables = json.loads(text)
    except json.JSONDecodeError as error:
        raise ExampleError(f"{place}: the variables are not JSON on one line: {error.msg}: {text.strip()}") from None
    if not isinstance(variables, dict):
        raise ExampleError(f"{place}: the variables are not a JSON object: {text.strip()}")
    return variables
