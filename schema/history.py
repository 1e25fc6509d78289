"""What became of the sheets: the changes of the journal that were public, and how the states of a sheet differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry import Parent
from strawberry.types.scalar import ScalarDefinition

from graph.differences import FieldChange, WordState
from graph.door import Door
from graph.errors import UnknownNode, sized
from graph.history import Author
from graph.history import Change as ChangeRecord
from graph.model import Action as ActionRecord
from graph.model import Sheet
from graph.model import Structure as StructureRecord
from graph.paging import SIZES, Page, Window, checked_sizes
from graph.store.journal import Operation
from schema.connections import PageInfo
from schema.context import Context, Info, attribute, field, told
from schema.errors import explained
from schema.forward import AnAction
from schema.sheet import SheetContent

if TYPE_CHECKING:
    ASheet = Sheet
else:
    ASheet = SheetContent

Position = NewType("Position", int)

_DIGITS = 18  # what any database can hold


def _position(value: object) -> Position:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _DIGITS:
        return Position(int(value))
    raise GraphQLError(f'A position is decimal digits in quotes, at most {_DIGITS}, as in "1234".')


SCALARS: dict[object, ScalarDefinition] = {
    Position: strawberry.scalar(
        name="Position",
        description='A place in the journal, as decimal digits. Later changes have greater positions. Example: "1234".',
        serialize=str,
        parse_value=_position,
    )
}

First = Annotated[
    int | None,
    told(
        f"How many changes, 0 to {SIZES.largest} unless the server is set otherwise; {SIZES.default} when not given. "
        "Example: 10."
    ),
]
AfterPosition = Annotated[
    Position | None,
    told('Only the changes after this position, or cursor: 0 is before the first one. Example: "1234".'),
]
ActionId = Annotated[strawberry.ID, told("The id of an action, whether it is still public or not.")]


@strawberry.type(name="WordChange", description="Words of a text that were kept, added or removed.")
class WordChangeType:
    state: WordState = attribute("What became of them.")
    text: str = attribute("The words, with the spaces and the signs between them.")


@strawberry.type(name="FieldChange", description="A field of which two states of a sheet say another thing.")
class FieldChangeType:
    field: str = attribute('The field, by its path in the API. Example: "results.centre".')
    label: str = attribute('What it is called in French. Example: "Résumé".')
    before: str | None = attribute("Of a text: what it said before; null where it was empty, and for lists.")
    after: str | None = attribute("Of a text: what it says after; null where it is empty, and for lists.")
    added: list[str] = attribute("Of a list: what came; at most what the sheet prints.")
    removed: list[str] = attribute(
        "Of a list: what went; at most what the sheet printed. With nothing added either, the order changed."
    )
    words: list[WordChangeType] = attribute(
        "Of a text, word by word: what was kept or added is `after`, what was kept or removed is `before`. Empty for "
        "lists and for texts of more than 2000 words; at most 801 entries."
    )


def _action(change: Parent[ChangeRecord], info: Info) -> ActionRecord | None:
    found = info.context.graph.get(change.action_id) if change.action_id else None
    return found if isinstance(found, ActionRecord) else None


def _diff(change: Parent[ChangeRecord], info: Info) -> Sequence[FieldChange]:
    return info.context.graph.history.changed(change)


def _sheet(change: Parent[ChangeRecord], info: Info) -> Sheet | None:
    return info.context.graph.history.sheet(change)


@strawberry.type(description="An entry of the journal: one sheet, or the first import, became what it was after it.")
class Change:
    position: Position = attribute("Its place in the journal.")
    at: str = attribute("When it was: UTC, ISO 8601.")
    operation: Operation = attribute("What it did.")
    action_id: strawberry.ID | None = attribute("The action whose sheet changed; null for a first import of many.")
    action: AnAction | None = field(_action, "The action as it is now; null where it is not public.")
    revision: int | None = attribute("Which revision of the sheet it made, from 1; null for a first import of many.")
    author: Author = attribute("Who changed it.")
    reason: str | None = attribute("Why, in the author's words; of an import without any, the name of its source.")
    diff: list[FieldChangeType] = field(
        _diff,
        "What changed since the sheet was last public: one entry a field. Empty where it was not public before, or is "
        "not after.",
    )
    sheet: ASheet | None = field(_sheet, "The whole sheet after it; null where it was not public then.")


class _EdgeSource:
    """A change of a page; its cursor is its position."""

    __slots__ = ("cursor", "node")

    def __init__(self, change: ChangeRecord) -> None:
        self.node = change
        self.cursor = str(change.position)


class _ConnectionSource:
    """What the fields of a connection of changes read."""

    __slots__ = ("_page", "nodes")

    def __init__(self, page: Page[ChangeRecord]) -> None:
        self._page = page
        self.nodes = page.items

    @property
    def edges(self) -> list[_EdgeSource]:
        return list(map(_EdgeSource, self.nodes))

    @property
    def page_info(self) -> PageInfo:
        ends = [str(change.position) for change in self.nodes]
        start, end = (ends[0], ends[-1]) if ends else (None, None)
        return PageInfo(
            has_next_page=self._page.has_next,
            has_previous_page=self._page.has_previous,
            start_cursor=start,
            end_cursor=end,
        )


@strawberry.type(description="A change of a page, and its place.")
class ChangeEdge:
    cursor: str = attribute("The change's position, for `after`.")
    node: Change = attribute("The change.")


@strawberry.type(description="A page of changes, the oldest first.")
class ChangeConnection:
    edges: list[ChangeEdge] = attribute("The changes with their cursors.")
    nodes: list[Change] = attribute("The changes.")
    page_info: PageInfo = attribute("Where this page stands in the list.")


def _size(context: Context, first: int | None) -> int:
    size, _ = checked_sizes(first, None, context.pages)
    return size or 0


@explained()
def changes(
    info: Info,
    after: AfterPosition = None,
    first: First = None,
    operations: Annotated[
        list[Operation] | None, told("Only the changes that did one of these. Example: [CORRECT].")
    ] = None,
    ids: Annotated[
        list[strawberry.ID] | None, told("Only the changes of the sheets of these actions, at most 100.")
    ] = None,
    structure: Annotated[
        strawberry.ID | None, told("Only the changes of the sheets that are, or last were, of this structure.")
    ] = None,
) -> Any:
    """The public changes of all sheets."""
    context = info.context
    page = context.graph.history.changes(
        _size(context, first), after, operations or (), _chosen(context, ids, structure)
    )
    return _ConnectionSource(page)


def _chosen(context: Context, ids: Sequence[str] | None, structure: str | None) -> set[str] | None:
    """The keys of the sheets that are asked for, None for all. Raises UnknownNode, OutOfRange."""
    chosen: set[str] | None = None
    if ids is not None:
        sized("ids", ids, 0, context.pages.largest)
        for id in ids:
            if context.graph.history.last(id) is None:
                raise UnknownNode("ids", id, "action")
        chosen = set(ids)
    if structure is not None:
        mine = _of_structure(context.graph, structure)
        chosen = mine if chosen is None else chosen & mine
    return chosen


def _of_structure(graph: Door, id: str) -> set[str]:
    known = isinstance(graph.get(id), StructureRecord)
    present = graph.linked((id,)).sorted().page(Window()).items if known else ()
    mine = {action.key for action in present} | set(graph.history.withdrawn_of(id))
    if not known and not mine:
        raise UnknownNode("structure", id, "structure")
    return mine


@explained(key="id")
def revision_of(info: Info, id: ActionId, revision: Annotated[int, told("Which revision, from 1. Example: 2.")]) -> Any:
    """The change that made a revision."""
    return info.context.graph.history.revision(id, revision)


@explained(key="id", before="from", after="to")
def diff(
    info: Info,
    id: ActionId,
    before: Annotated[int, told("The revision that was before, from 1.", "from")],
    after: Annotated[int, told("The revision that was after.", "to")],
) -> Any:
    """What differs between two revisions."""
    return info.context.graph.history.diff(id, before, after)


@explained()
def history(action: Parent[ActionRecord], info: Info, first: First = None, after: AfterPosition = None) -> Any:
    """The changes of one sheet."""
    context = info.context
    return _ConnectionSource(context.graph.history.of_sheet(action.key, _size(context, first), after))


def revision(action: Parent[ActionRecord], info: Info) -> int | None:
    """Which revision an action's sheet is at."""
    last = info.context.graph.history.last(action.key)
    return last.revision if last else None


def changed_at(action: Parent[ActionRecord], info: Info) -> str | None:
    """When an action's sheet was last changed."""
    last = info.context.graph.history.last(action.key)
    return last.at if last else None
