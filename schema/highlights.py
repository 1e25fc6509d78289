"""Where the words of a search stand in a node's own text."""

from __future__ import annotations

import strawberry

from schema.context import attribute


@strawberry.type(name="Fragment", description="A match: the text from `start` to `end`, and what surrounds it.")
class FragmentType:
    text: str = attribute("The words as printed.")
    start: int = attribute("Where they begin in the field: characters from 0.")
    end: int = attribute("Where they end in the field, excluded.")
    before: str = attribute("What precedes them, at most 60 characters.")
    after: str = attribute("What follows them, at most 60 characters.")


@strawberry.type(
    name="Highlight",
    description="The first matches in a field. A list of words is read as its labels joined by a comma and a space.",
)
class HighlightType:
    field: str = attribute('The field\'s name in this API. Example: "results.centre".')
    fragments: list[FragmentType] = attribute("The matches, in the order of the text; at most three.")
