"""The arguments that several fields share."""

from __future__ import annotations

from typing import Annotated

from schema.context import told
from schema.order import ActionOrder, ListOrderBy
from schema.where import ActionWhere, ConceptWhere, StructureWhere

Where = Annotated[
    ActionWhere | None, told("Only the actions that satisfy these conditions. Example: { year: { gte: 2018 } }.")
]
Search = Annotated[
    str | None,
    told(
        "Only the actions that answer these French words, the best first unless `orderBy` says otherwise; "
        "accents, case and endings aside, a phrase in quotes, a word after a plus sign as it is. After those that have "
        "the words come those that say the same in other words, and, where these are few, those that lack some. "
        'Example: "isolement".'
    ),
]
WhereOf = Annotated[
    ActionWhere | None,
    told(
        "What is found is that of the actions that satisfy these conditions, as if there were no others. "
        'Example: { region: { eq: "Occitanie" } }.'
    ),
]
SearchOf = Annotated[
    str | None,
    told('What is found is that of the actions that answer these French words. Example: "isolement".'),
]
OrderBy = Annotated[
    list[ActionOrder] | None, told("The order, first field first. Example: [{ year: DESC }, { title: ASC }].")
]

StructuresWhere = Annotated[
    StructureWhere | None,
    told('Only the structures that satisfy these conditions. Example: { department: { eq: "Lot" } }.'),
]
ConceptsWhere = Annotated[
    ConceptWhere | None, told("Only the nodes that satisfy these conditions. Example: { actionCount: { gte: 2 } }.")
]
ListOrder = Annotated[ListOrderBy | None, told("The order; by label when not given. Example: { actionCount: DESC }.")]
