"""What the whole says: words that go together, centres that ought to meet, communities, what the sheets lack."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import Parent

from graph.analysis.meetings import MeetingMeasure
from graph.analysis.quality import DataQuality, DoubtfulValue, EmptyField
from graph.fields import EXPECTED
from graph.kinds import CONCEPT_KINDS, NodeKind
from graph.listing import Listing
from graph.model import Concept, Structure, fold
from schema.actions import ActionConnection, action_page, actions_of
from schema.arguments import OrderBy, Search, Where
from schema.connections import After, Before, Connection, ConnectionSource, First, Last, ListArguments, asked_of, paged
from schema.context import Info, field
from schema.errors import explained
from schema.forward import AConcept, AKeyword, AStructure


@strawberry.type(name="Cooccurrence", description="Two concepts that stand together on actions.")
class CooccurrenceType:
    a: AConcept = strawberry.field(description="The one concept.")
    b: AConcept = strawberry.field(description="The other concept.")
    count: int = strawberry.field(description="How many actions have both.")
    lift: float = strawberry.field(
        description="That number over the one that chance would give: above 1 they attract each other."
    )
    jaccard: float = strawberry.field(description="That number over the number of actions that have either, 0 to 1.")
    actions: ActionConnection = actions_of(
        lambda pair, graph: graph.linked((pair.a.key, pair.b.key)), "The actions that have both."
    )


@explained()
def cooccurrences(
    info: Info,
    kind: Annotated[NodeKind, strawberry.argument(description="The kind of concept.")] = NodeKind.KEYWORD,
    min_count: Annotated[int, strawberry.argument(description="The least number of actions that have both.")] = 2,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> ConnectionSource:
    """The pairs of concepts that go together."""
    graph, pages = info.context.graph, info.context.pages
    arguments = ListArguments(first, after, last, before)
    return ConnectionSource(lambda: asked_of(graph.select().cooccurrences(kind, min_count), arguments, pages))


@strawberry.type(name="Meeting", description="Two structures that ought to meet.")
class MeetingType:
    a: AStructure = strawberry.field(description="The one structure.")
    b: AStructure = strawberry.field(description="The other structure.")
    score: float = strawberry.field(description="The number of shared keywords, or the Jaccard index in 0 to 1.")
    shared: list[AKeyword] = strawberry.field(
        description="The keywords that the actions of both have, the rarest first: no more than one structure has."
    )
    a_brings: list[AKeyword] = strawberry.field(
        description="The keywords that only the one has, the rarest first: no more than it has."
    )
    b_brings: list[AKeyword] = strawberry.field(
        description="The keywords that only the other has, the rarest first: no more than it has."
    )


MeasureOfMeetings = Annotated[MeetingMeasure, strawberry.argument(description="How much two structures share.")]


@explained()
def meetings(
    info: Info,
    measure: MeasureOfMeetings = MeetingMeasure.SHARED_KEYWORDS,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> ConnectionSource:
    """The pairs of structures that share the most."""
    graph, pages = info.context.graph, info.context.pages
    arguments = ListArguments(first, after, last, before)
    return ConnectionSource(lambda: asked_of(graph.select().meetings(measure), arguments, pages))


@explained()
def meet(
    structure: Parent[Structure],
    info: Info,
    measure: MeasureOfMeetings = MeetingMeasure.SHARED_KEYWORDS,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> ConnectionSource:
    """The structures that one ought to meet."""
    graph, pages = info.context.graph, info.context.pages
    arguments = ListArguments(first, after, last, before)
    return ConnectionSource(lambda: asked_of(graph.select().meetings_of(structure, measure), arguments, pages))


@strawberry.type(name="Community", description="Actions that hang together by their keywords.")
class CommunityType:
    id: int = strawberry.field(name="number", description="Its rank, from 0, the largest first.")
    label: str = strawberry.field(description="Its most telling keywords in one line.")
    size: int = strawberry.field(description="How many actions it has.")
    concepts: list[AConcept] = strawberry.field(
        description="Its most telling keywords, at most three: frequent inside, rare outside."
    )
    actions: ActionConnection = actions_of(
        lambda community, graph: graph.among(community.members), "Its actions, newest first."
    )


@explained(query="search")
def isolated(
    info: Info,
    by: Annotated[NodeKind, strawberry.argument(description="The kind of node that links.")] = NodeKind.KEYWORD,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    search: Search = None,
    where: Where = None,
    order_by: OrderBy = None,
) -> ConnectionSource:
    """The actions that nothing of that kind links to another."""
    arguments = ListArguments(first, after, last, before, search, where, order_by)
    return action_page(info.context, info.context.graph.isolated(by), arguments)


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
    concept: AConcept = strawberry.field(description="The value.")
    count: int = strawberry.field(description="How many actions have it.")
    known: bool = strawberry.field(description="Whether the vocabulary knows it.")
    close_to: str | None = strawberry.field(description="A label of the same kind that it resembles.")


@strawberry.type(name="RepeatedTitle", description="A title that several actions have.")
class RepeatedTitleType:
    title: str = strawberry.field(description="The title.")
    actions: ActionConnection = actions_of(lambda title, graph: graph.among(title.actions), "Its actions.")


def _place_of_concept(concept: Concept) -> tuple[int, str]:
    return CONCEPT_KINDS.index(concept.kind), concept.key


def _place_of_doubtful(value: DoubtfulValue) -> tuple[int, int, str]:
    return int(value.known), *_place_of_concept(value.concept)


@strawberry.type(name="DataQuality", description="What a federation would mend first.")
class DataQualityType:
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


def data_quality(info: Info) -> DataQuality:
    """What the sheets lack."""
    return info.context.graph.select().quality()
