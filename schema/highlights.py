"""Where the words of a search stand in a node's own text."""

from __future__ import annotations

import strawberry


@strawberry.type(name="Fragment", description="A match: the text from `start` to `end`, and what surrounds it.")
class FragmentType:
    text: str = strawberry.field(description="The words as printed.")
    start: int = strawberry.field(description="Where they begin in the field: characters from 0.")
    end: int = strawberry.field(description="Where they end in the field, excluded.")
    before: str = strawberry.field(description="What precedes them, at most 60 characters.")
    after: str = strawberry.field(description="What follows them, at most 60 characters.")


@strawberry.type(
    name="Highlight",
    description="The first matches in a field. A list of words is read as its labels joined by a comma and a space.",
)
class HighlightType:
    field: str = strawberry.field(description='The field\'s name in this API. Example: "results.centre".')
    fragments: list[FragmentType] = strawberry.field(
        description="The matches, in the order of the text; at most three."
    )
