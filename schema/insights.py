"""What the whole says: words that go together, centres that ought to meet, communities, what the sheets lack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import strawberry
from pyroaring import FrozenBitMap
from strawberry import Parent

from graph.analysis.communities import Community
from graph.analysis.cooccurrence import Cooccurrence
from graph.analysis.meetings import Meeting, MeetingMeasure
from graph.analysis.quality import DataQuality, DoubtfulValue, EmptyField, RepeatedTitle
from graph.kinds import NodeKind
from graph.model import Structure as StructureRecord
from schema.connections import LARGEST_PAGE, After, Before, First, Last
from schema.context import Info, field
from schema.errors import BadInput, explained
from schema.lists import ActionList, action_list

if TYPE_CHECKING:
    from schema.nodes import ActionConnection, Concept, Keyword, Structure


def _check_first(first: int, most: int = LARGEST_PAGE) -> None:
    if not 1 <= first <= most:
        raise BadInput("first", first, f"give a number from 1 to {most}")


def _page(info: Info, found: FrozenBitMap, first: int | None, after: str | None) -> ActionList:
    return action_list(info.context.graph, found, first=first, after=after)


def _pair_actions(pair: Parent[Cooccurrence], info: Info, first: First = None, after: After = None) -> ActionList:
    graph = info.context.graph
    return _page(info, graph.actions_of(pair.a.key) & graph.actions_of(pair.b.key), first, after)


@strawberry.type(name="Cooccurrence", description="Two concepts that stand together on actions.")
class CooccurrenceType:
    a: Annotated[Concept, strawberry.lazy("schema.nodes")] = strawberry.field(description="The one concept.")
    b: Annotated[Concept, strawberry.lazy("schema.nodes")] = strawberry.field(description="The other concept.")
    count: int = strawberry.field(description="How many actions have both.")
    lift: float = strawberry.field(
        description="That number over the one that chance would give: above 1 they attract each other."
    )
    jaccard: float = strawberry.field(description="That number over the number of actions that have either, 0 to 1.")
    actions: Annotated[ActionConnection, strawberry.lazy("schema.nodes")] = field(
        _pair_actions, "The actions that have both."
    )


def cooccurrences(
    info: Info,
    kind: Annotated[NodeKind, strawberry.argument(description="The kind of concept.")] = NodeKind.KEYWORD,
    min_count: Annotated[int, strawberry.argument(description="The least number of actions that have both.")] = 2,
    first: Annotated[int, strawberry.argument(description="How many pairs, 1 to 100.")] = 20,
) -> Sequence[Cooccurrence]:
    """The pairs of concepts that go together."""
    _check_first(first)
    with explained():
        return info.context.graph.cooccurrences(kind, min_count)[:first]


def _concepts(name: str) -> object:
    def resolve(meeting: Parent[Meeting]) -> list[object]:
        return list(getattr(meeting, name))

    return resolve


@strawberry.type(name="Meeting", description="Two structures that ought to meet.")
class MeetingType:
    a: Annotated[Structure, strawberry.lazy("schema.nodes")] = strawberry.field(description="The one structure.")
    b: Annotated[Structure, strawberry.lazy("schema.nodes")] = strawberry.field(description="The other structure.")
    score: float = strawberry.field(description="The number of shared keywords, or the Jaccard index in 0 to 1.")
    shared: list[Annotated[Keyword, strawberry.lazy("schema.nodes")]] = field(
        _concepts("shared"), "The keywords that the actions of both have, the rarest first."
    )
    a_brings: list[Annotated[Keyword, strawberry.lazy("schema.nodes")]] = field(
        _concepts("a_brings"), "The keywords that only the one has, the rarest first."
    )
    b_brings: list[Annotated[Keyword, strawberry.lazy("schema.nodes")]] = field(
        _concepts("b_brings"), "The keywords that only the other has, the rarest first."
    )


MeasureArgument = Annotated[MeetingMeasure, strawberry.argument(description="How much two structures share.")]
FirstMeetings = Annotated[int, strawberry.argument(description="How many, 1 to 100.")]


def meetings(
    info: Info,
    first: FirstMeetings = 10,
    measure: MeasureArgument = MeetingMeasure.SHARED_KEYWORDS,
) -> Sequence[Meeting]:
    """The pairs of structures that share the most."""
    _check_first(first)
    return info.context.graph.meetings(measure)[:first]


def meet(
    structure: Parent[StructureRecord],
    info: Info,
    first: FirstMeetings = 10,
    measure: MeasureArgument = MeetingMeasure.SHARED_KEYWORDS,
) -> Sequence[Meeting]:
    """The structures that one ought to meet."""
    _check_first(first)
    return info.context.graph.meetings_of(structure, measure, first)


def _community_actions(
    community: Parent[Community], info: Info, first: First = None, after: After = None
) -> ActionList:
    return _page(info, community.members, first, after)


def _community_number(community: Parent[Community]) -> int:
    return community.id


def _community_label(community: Parent[Community]) -> str:
    return community.label


def _community_concepts(community: Parent[Community]) -> list[object]:
    return list(community.concepts)


@strawberry.type(name="Community", description="Actions that hang together by their keywords.")
class CommunityType:
    number: int = field(_community_number, "Its rank, from 0, the largest first.")
    label: str = field(_community_label, "Its most telling keywords in one line.")
    size: int = strawberry.field(description="How many actions it has.")
    concepts: list[Annotated[Concept, strawberry.lazy("schema.nodes")]] = field(
        _community_concepts, "At most three keywords: frequent inside, rare outside."
    )
    actions: Annotated[ActionConnection, strawberry.lazy("schema.nodes")] = field(_community_actions, "Its actions.")


def communities(
    info: Info, first: Annotated[int, strawberry.argument(description="How many, 1 to 100.")] = 20
) -> Sequence[Community]:
    """The communities of actions, the largest first."""
    _check_first(first)
    return info.context.graph.communities[:first]


def isolated(
    info: Info,
    by: Annotated[NodeKind, strawberry.argument(description="The kind of node that links.")] = NodeKind.KEYWORD,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> ActionList:
    """The actions that nothing of that kind links to another."""
    graph = info.context.graph
    with explained():
        found = graph.isolated(by)
    return action_list(graph, found, first=first, after=after, last=last, before=before)


def _empty_name(empty: Parent[EmptyField]) -> str:
    return empty.field.api


def _empty_count(empty: Parent[EmptyField]) -> int:
    return len(empty.actions)


def _empty_actions(empty: Parent[EmptyField], info: Info, first: First = None, after: After = None) -> ActionList:
    return _page(info, empty.actions, first, after)


@strawberry.type(name="EmptyField", description="A field of the form, and the sheets that leave it empty.")
class EmptyFieldType:
    field_name: str = field(_empty_name, 'The field. Example: "summary".', name="field")
    count: int = field(_empty_count, "How many sheets leave it empty.")
    actions: Annotated[ActionConnection, strawberry.lazy("schema.nodes")] = field(_empty_actions, "Their actions.")


@strawberry.type(
    name="DoubtfulValue", description="A value that one action only has, or that the vocabulary does not know."
)
class DoubtfulValueType:
    concept: Annotated[Concept, strawberry.lazy("schema.nodes")] = strawberry.field(description="The value.")
    count: int = strawberry.field(description="How many actions have it.")
    known: bool = strawberry.field(description="Whether the vocabulary knows it.")
    close_to: str | None = strawberry.field(description="A label of the same kind that it resembles.")


def _repeated_actions(title: Parent[RepeatedTitle], info: Info, first: First = None, after: After = None) -> ActionList:
    return _page(info, title.actions, first, after)


@strawberry.type(name="RepeatedTitle", description="A title that several actions have.")
class RepeatedTitleType:
    title: str = strawberry.field(description="The title.")
    actions: Annotated[ActionConnection, strawberry.lazy("schema.nodes")] = field(_repeated_actions, "Its actions.")


def _empty_fields(quality: Parent[DataQuality]) -> list[EmptyField]:
    return list(quality.empty_fields)


def _doubtful(quality: Parent[DataQuality], first: FirstMeetings = 20) -> list[DoubtfulValue]:
    _check_first(first)
    return list(quality.doubtful_values[:first])


def _respelled(quality: Parent[DataQuality], first: FirstMeetings = 20) -> list[object]:
    _check_first(first)
    return list(quality.respelled[:first])


def _repeated(quality: Parent[DataQuality], first: FirstMeetings = 20) -> list[RepeatedTitle]:
    _check_first(first)
    return list(quality.repeated_titles[:first])


@strawberry.type(name="DataQuality", description="What a federation would mend first.")
class DataQualityType:
    empty_fields: list[EmptyFieldType] = field(_empty_fields, "Each field of the form, in its order.")
    doubtful_values: list[DoubtfulValueType] = field(_doubtful, "Rare or unknown values, the unknown first.")
    respelled: list[Annotated[Concept, strawberry.lazy("schema.nodes")]] = field(
        _respelled, "Concepts that some sheets spell otherwise."
    )
    repeated_titles: list[RepeatedTitleType] = field(_repeated, "Titles that several actions have.")


def data_quality(info: Info) -> DataQuality:
    """What the sheets lack."""
    return info.context.graph.quality
