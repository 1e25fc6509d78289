"""Where the words of a search stand in a node's own text."""

from __future__ import annotations

import strawberry

from graph.knowledge_graph import KnowledgeGraph
from graph.model import Action, Node, Structure
from graph.search.highlights import Highlight

_FIELDS = {
    "summary": "summary",
    "experience": "experience",
    "description": "description",
    "resources": "resources",
    "people": "people",
    "results.territory": "result_territory",
    "results.centre": "result_centre",
    "results.residents": "result_residents",
    "limits": "limits",
    "perspectives": "perspectives",
    "endReason": "end_reason",
    "initiatorDetail": "initiator_detail",
}


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


def highlights_of(graph: KnowledgeGraph, search: str, node: Node) -> list[Highlight]:
    """The matches of a search in the fields of a node, as the API names them; fields without any are left out."""
    return graph.search.highlights(search, _texts(graph, node))


def _texts(graph: KnowledgeGraph, node: Node) -> dict[str, str]:
    if isinstance(node, Action):
        text = graph.text(node)
        found = {"title": node.title, **{name: getattr(text, attribute) or "" for name, attribute in _FIELDS.items()}}
        found["keywords"] = ", ".join(keyword.label for keyword in node.keywords)
        found["partners"] = ", ".join(partner.label for partner in node.partners)
        found["structure.name"] = node.structure.name
        return found
    if isinstance(node, Structure):
        return {"name": node.name}
    return {"label": node.label, "alternativeLabels": ", ".join(node.alternative_labels)}
