"""What the store says of two positions, as a change of the graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.change import Change
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Action, StructurePlace, light_row
from graph.store import Difference, SourceRecord


def change_of(
    graph: KnowledgeGraph,
    found: Difference,
    labels: Mapping[str, str],
    sources: Sequence[SourceRecord] | None = None,
    places: Mapping[str, StructurePlace] | None = None,
) -> Change:
    """The change that makes a graph, which is at the position `before` of a difference, that at the one `after`.

    Several changes of one sheet are one, and a sheet that came and went is none.
    """
    records = graph.network.records
    return Change(
        removed=frozenset(key for key in found.keys if isinstance(records.get(key), Action)),
        added=[(light_row(key, sheet, number), sheet.text, sheet.origin) for key, number, _, sheet in found.published],
        head=found.after,
        labels=labels,
        aliases=found.aliases,
        sources=sources,
        places=places,
    )
