"""What the service was made from."""

from __future__ import annotations

import strawberry
from strawberry import Parent

from graph.door import Door
from graph.kinds import NodeKind
from graph.listing import Listing
from graph.model import Problem
from graph.store import SourceRecord
from schema.connections import Connection, FirstOfPair, paged
from schema.context import Info, attribute, field
from schema.history import Position


@strawberry.type(description="How many nodes there are of a kind.")
class KindCount:
    kind: NodeKind = attribute("The kind of node.")
    count: int = attribute("How many.")


@strawberry.type(
    name="Problem",
    description="A line of a source that does not fit the form, or a value that the vocabulary does not know.",
)
class ProblemType:
    line: int = attribute("The line, counted from 1.")
    text: str = attribute("The line itself.")
    reason: str = attribute("Why it does not fit.")


def _numbered(source: SourceRecord) -> Listing[tuple[Problem, int]]:
    """The problems of a source by line; what is said twice of a line stands there twice."""
    problems = ((problem, number) for number, problem in enumerate(source.problems))
    return Listing.ranked("line", problems, lambda numbered: (numbered[0].line, numbered[1]))


def _problem_count(source: Parent[SourceRecord]) -> int:
    return len(source.problems)


@strawberry.type(description="A file that was imported.")
class ImportedSource:
    name: str = attribute('The name of the file. Example: "actions-lot.txt".')
    imported_at: str = attribute("When it was last imported: UTC, ISO 8601.")
    problem_count: int = field(_problem_count, "How many problems the import reported.")
    problems: Connection[ProblemType] = paged(
        lambda source, _: _numbered(source),
        "The problems that the import reported, in the order of the lines.",
        FirstOfPair,
    )


def _counts(graph: Parent[Door]) -> list[KindCount]:
    return [KindCount(kind=kind, count=graph.counts[kind]) for kind in NodeKind]


def _imported_at(graph: Parent[Door]) -> str | None:
    return max((source.imported_at for source in graph.sources), default=None)


@strawberry.type(description="The data behind every answer.")
class Dataset:
    version: str = attribute("A hash of the content: the same sheets, the same version.")
    position: Position = attribute(
        'The place of the last change in the journal: what `changes(after:)` follows. Example: "1234".'
    )
    counts: list[KindCount] = field(_counts, "How many nodes there are of each kind: ten entries.")
    link_count: int = attribute("How many links there are between nodes.")
    imported_at: str | None = field(_imported_at, "When the last import was: UTC, ISO 8601.")
    sources: Connection[ImportedSource] = paged(
        lambda graph, _: Listing.ranked("name", graph.sources, lambda source: (source.name,)),
        "The files that were imported, by name.",
    )


def dataset(info: Info) -> Door:
    """The graph itself, which has the fields."""
    return info.context.graph
