"""What the API shows of a node as text, field by field: where the words of a search may stand."""

from __future__ import annotations

from graph.door import Door
from graph.fields import FIELDS, Holds
from graph.mentions.bodies import Body
from graph.model import Concept, Node, Structure

_HIGHLIGHTED = tuple(
    sorted(
        (field for field in FIELDS if field.apart and field.holds is not Holds.MANY), key=lambda field: field.optional
    )
)


def texts_of(graph: Door, node: Node | Body) -> dict[str, str]:
    """What stands in a node, by the API's name of the field. A list of words is its labels in one line."""
    if isinstance(node, Body):
        return {"label": node.label, "spellings": ", ".join(node.spellings)}
    if isinstance(node, Concept):
        return {"label": node.label, "alternativeLabels": ", ".join(graph.alternative_labels(node))}
    if isinstance(node, Structure):
        return {"name": node.name}
    text = graph.text(node)
    return {
        "title": node.title,
        **{field.api: getattr(text, field.name) or "" for field in _HIGHLIGHTED},
        "keywords": ", ".join(keyword.label for keyword in node.keywords),
        "partners": ", ".join(partner.label for partner in node.partners),
        "structure.name": node.structure.name,
    }
