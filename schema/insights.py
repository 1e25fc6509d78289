"""What the whole says: words that go together, centres that ought to meet, communities, what the sheets lack."""

from __future__ import annotations

from typing import Annotated, Generic

import strawberry
from strawberry import Parent

from graph.analysis.communities import Community
from graph.analysis.cooccurrence import Cooccurrence
from graph.analysis.fit import MeetingReasonKind
from graph.analysis.meetings import Meeting, MeetingMeasure
from graph.analysis.quality import DataQuality, DoubtfulValue, EmptyField
from graph.door import Door, Ordered, Selection
from graph.errors import GraphError
from graph.fields import EXPECTED
from graph.kinds import CONCEPT_KINDS, NodeKind
from graph.listing import Listing
from graph.model import Concept, Structure, fold
from schema.actions import ActionConnection, actions_of
from schema.arguments import SearchOf, WhereOf
from schema.connections import Connection, ConnectionSource, Item, paged
from schema.context import Info, attribute, field, told
from schema.errors import BadInput, explained
from schema.forward import AConcept, AKeyword, AStructure
from schema.history import Position
from schema.where import ActionWhere, condition_of

Of = tuple[Ordered[Item], int]
"""What an analysis found, and the position that it is of."""


def _as_of(source: Parent[ConnectionSource]) -> Position:
    """What lists of analyses say beside their items."""
    position: Position = source.asked.about
    return position


@strawberry.type(name="Connection", description="A page of what an analysis found.")
class AnalysisConnection(Connection[Item], Generic[Item]):
    as_of: Position = field(
        _as_of,
        "The position that the analysis is of: that of the answer, or of the communities and the best meetings of 5000 "
        'actions or more an earlier one, at which they were found. Example: "1234".',
    )


@strawberry.type(name="Cooccurrence", description="Two concepts that stand together on actions.")
class CooccurrenceType:
    a: AConcept = attribute("The one concept.")
    b: AConcept = attribute("The other concept.")
    count: int = attribute("How many actions have both.")
    lift: float = attribute("That number over the one that chance would give: above 1 they attract each other.")
    jaccard: float = attribute("That number over the number of actions that have either, 0 to 1.")
    actions: ActionConnection = actions_of(
        lambda pair, graph: graph.linked((pair.a.key, pair.b.key), pair.within),
        "The actions of the selection that have both.",
    )


def cooccurrences(
    _: None,
    graph: Door,
    kind: Annotated[NodeKind, told("The kind of concept.")] = NodeKind.KEYWORD,
    min_count: Annotated[int, told("The least number of actions that have both.")] = 2,
    where: WhereOf = None,
    search: SearchOf = None,
) -> Of[Cooccurrence]:
    """The pairs of concepts that go together."""
    return graph.select(condition_of(where), search).cooccurrences(kind, min_count), graph.position


@strawberry.type(
    name="MeetingReason", description="Why two structures ought to meet. The contributions add up to the score."
)
class MeetingReasonType:
    kind: MeetingReasonKind = attribute("What kind of reason it is.")
    keyword: AKeyword | None = attribute(
        "The keyword of SHARED_KEYWORD; null where it is no more, and for other kinds."
    )
    contribution: float = attribute("Its part of the score.")


@strawberry.type(name="Meeting", description="Two structures that ought to meet.")
class MeetingType:
    a: AStructure = attribute("The one structure.")
    b: AStructure = attribute("The other structure.")
    score: float = attribute("The number of shared keywords; or, from 0 to 1, the Jaccard index or how well they fit.")
    reasons: list[MeetingReasonType] = attribute(
        "Why, the greatest contribution first: each shared keyword, no more than one structure has; by BALANCED what "
        "each would bring, their size and how near they are too."
    )
    shared: list[AKeyword] = attribute(
        "The keywords that the actions of both have, the rarest first: no more than one structure has."
    )
    a_brings: list[AKeyword] = attribute("The keywords that only the one has, the rarest first: no more than it has.")
    b_brings: list[AKeyword] = attribute("The keywords that only the other has, the rarest first: no more than it has.")


MeasureOfMeetings = Annotated[
    MeetingMeasure,
    told(
        "SHARED_KEYWORDS: how many keywords both have. JACCARD: that number of all that either has. BALANCED: what few "
        "have and both do, what each would bring the other, like numbers of actions, and how near they are."
    ),
]


MeetingsWhere = Annotated[
    ActionWhere | None,
    told(
        "A structure is what its actions say that satisfy these conditions: those of their keywords alone are compared."
        " Example: { year: { gte: 2018 } }."
    ),
]
MeetingsSearch = Annotated[
    str | None, told('The same for its actions that answer these French words. Example: "isolement".')
]
_OTHER_SIDE = (
    "The other structure, `b`, is what its actions say that satisfy these conditions; `where` and `search` are then of "
    "`a` alone. Two structures are one pair, the better way round, and none is a pair with itself; without `with` and "
    "`withSearch` both sides are the same. Example: "
)
OtherWhere = Annotated[ActionWhere | None, told(_OTHER_SIDE + '{ department: { eq: "Lot" } }.', "with")]
OtherSearch = Annotated[
    str | None,
    told('The same for the actions of the other structure that answer these French words. Example: "numérique".'),
]
OthersWhere = Annotated[
    ActionWhere | None,
    told(
        "The other structures are what their actions say that satisfy these conditions; `where` and `search` are then "
        "of this one alone. Without `with` and `withSearch` both sides are the same. "
        'Example: { department: { eq: "Lot" } }.',
        "with",
    ),
]


def _other_side(graph: Door, where: ActionWhere | None, search: str | None) -> Selection | None:
    if where is None and search is None:
        return None
    try:
        others = graph.select(condition_of(where, "with"), search)
        len(others)  # what is refused of it is refused here, where its argument is known
    except GraphError as refusal:
        raise BadInput(refusal, "withSearch" if refusal.parameter == "query" else "with") from refusal
    return others


def meetings(
    _: None,
    graph: Door,
    measure: MeasureOfMeetings = MeetingMeasure.SHARED_KEYWORDS,
    where: MeetingsWhere = None,
    search: MeetingsSearch = None,
    other: OtherWhere = None,
    with_search: OtherSearch = None,
) -> Of[Meeting]:
    """The pairs of structures that share the most."""
    actions, others = graph.select(condition_of(where), search), _other_side(graph, other, with_search)
    as_of = actions.as_of if others is None else actions.as_of_with(others)
    return actions.meetings(measure, others), as_of


def meet(
    structure: Structure,
    graph: Door,
    measure: MeasureOfMeetings = MeetingMeasure.SHARED_KEYWORDS,
    where: MeetingsWhere = None,
    search: MeetingsSearch = None,
    other: OthersWhere = None,
    with_search: OtherSearch = None,
) -> Of[Meeting]:
    """The structures that one ought to meet."""
    others = _other_side(graph, other, with_search)
    return graph.select(condition_of(where), search).meetings_of(structure, measure, others), graph.position


@strawberry.type(name="Community", description="Actions that hang together by their keywords.")
class CommunityType:
    id: int = attribute("Its rank, from 0, the largest first.", "number")
    label: str = attribute("Its most telling keywords in one line.")
    size: int = attribute("How many actions it has.")
    concepts: list[AConcept] = attribute("Its most telling keywords, at most three: frequent inside, rare outside.")
    actions: ActionConnection = actions_of(
        lambda community, graph: graph.among(community.members), "Its actions, newest first."
    )


CommunitiesWhere = Annotated[
    ActionWhere | None,
    told(
        "The actions that satisfy these conditions are put into groups anew, as if there were no others: no parts of "
        "the groups of all. At most 200000 actions, unless it is all. Example: { year: { gte: 2018 } }."
    ),
]


def communities(_: None, graph: Door, where: CommunitiesWhere = None, search: SearchOf = None) -> Of[Community]:
    """The groups of actions."""
    actions = graph.select(condition_of(where), search)
    return actions.communities(), actions.as_of


def isolated(
    _: None,
    graph: Door,
    by: Annotated[NodeKind, told("The kind of node that links.")] = NodeKind.KEYWORD,
    from_all: Annotated[
        bool,
        told(
            "Whether nothing links them to any action of the directory. Otherwise, nothing links them to another "
            "action that satisfies `where` and answers `search`, as if there were no others."
        ),
    ] = False,
) -> Selection:
    """The actions that nothing of that kind links to another."""
    return graph.select().isolated(by, from_all=from_all)


def _empty_name(empty: Parent[EmptyField]) -> str:
    return empty.field.api


def _empty_count(empty: Parent[EmptyField]) -> int:
    return len(empty.actions)


@strawberry.type(name="EmptyField", description="A field of the form, and the sheets that leave it empty.")
class EmptyFieldType:
    field_name: str = field(_empty_name, 'The field. Example: "summary".', name="field")
    count: int = field(_empty_count, "How many sheets leave it empty.")
    actions: ActionConnection = actions_of(lambda empty, graph: graph.among(empty.actions), "Their actions.")


@strawberry.type(
    name="DoubtfulValue", description="A value that one action only has, or that the vocabulary does not know."
)
class DoubtfulValueType:
    concept: AConcept = attribute("The value.")
    count: int = attribute("How many actions have it.")
    known: bool = attribute("Whether the vocabulary knows it.")
    close_to: str | None = attribute("A label of the same kind that it resembles.")


@strawberry.type(name="RepeatedTitle", description="A title that several actions have.")
class RepeatedTitleType:
    title: str = attribute("The title.")
    actions: ActionConnection = actions_of(lambda title, graph: graph.among(title.actions), "Its actions.")


def _place_of_concept(concept: Concept) -> tuple[int, str]:
    return CONCEPT_KINDS.index(concept.kind), concept.key


def _place_of_doubtful(value: DoubtfulValue) -> tuple[int, int, str]:
    return int(value.known), *_place_of_concept(value.concept)


def _quality_as_of(_: Parent[DataQuality], info: Info) -> Position:
    return Position(info.context.graph.position)


@strawberry.type(name="DataQuality", description="What a federation would mend first.")
class DataQualityType:
    as_of: Position = field(_quality_as_of, 'The position that this is of: that of the answer. Example: "1234".')
    empty_fields: Connection[EmptyFieldType] = paged(
        lambda quality, _: Listing("field", quality.empty_fields, lambda empty: (EXPECTED.index(empty.field),)),
        "Each field of the form, in its order.",
    )
    doubtful_values: Connection[DoubtfulValueType] = paged(
        lambda quality, _: Listing("doubtful", quality.doubtful_values, _place_of_doubtful),
        "Rare or unknown values, the unknown first.",
    )
    respelled: Connection[AConcept] = paged(
        lambda quality, _: Listing("respelled", quality.respelled, _place_of_concept),
        "Concepts that some sheets spell otherwise.",
    )
    repeated_titles: Connection[RepeatedTitleType] = paged(
        lambda quality, _: Listing(
            "repeated", quality.repeated_titles, lambda repeated: (-len(repeated.actions), fold(repeated.title))
        ),
        "Titles that several actions have, the most frequent first.",
    )


@explained(query="search")
def data_quality(info: Info, where: WhereOf = None, search: SearchOf = None) -> DataQuality:
    """What the sheets lack."""
    return info.context.graph.select(condition_of(where), search).quality()
