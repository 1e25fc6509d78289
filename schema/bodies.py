"""Bodies that texts name, each with its mentions: nodes of the API, though no sheet ticks them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import strawberry
from strawberry import Parent

from graph.door import Door, Ordered
from graph.mentions.bodies import Body as BodyRecord
from graph.mentions.bodies import Mention
from graph.model import Action as ActionRecord
from schema.actions import ActionConnection, actions_of
from schema.connections import EdgeSource, PageInfo, paged
from schema.context import Info, attribute, field, told
from schema.errors import explained
from schema.mentions import MentionType
from schema.nodes import TYPES, Action, Node


class _NamingEdge(EdgeSource):
    """An action whose sheet names a body; `about` has what the texts name, and the body."""

    __slots__ = ()

    @property
    def mentions(self) -> Sequence[Mention]:
        bodies, body = self.about
        found: Sequence[Mention] = bodies.of(self.item, body)
        return found


@strawberry.type(description="An action whose sheet names a body, and where it does.")
class MentionEdge:
    cursor: str = attribute("The action's place in the list; opaque.")
    node: Action = attribute("The action.")
    mentions: list[MentionType] = attribute("Where its sheet names the body: 200 at most.")


@strawberry.type(description="The actions whose sheets name a body, the newest first, each with its mentions.")
class MentionConnection:
    edges: list[MentionEdge] = attribute("The actions with their mentions and cursors.")
    nodes: list[Action] = attribute("The actions.")
    page_info: PageInfo = attribute("Where this page stands in the list.")
    total_count: int = attribute("How many sheets name the body.")


def _mentions(body: BodyRecord, graph: Door) -> tuple[Ordered[ActionRecord], tuple[object, BodyRecord]]:
    return graph.naming(body).sorted(), (graph.bodies, body)


def _action_count(body: Parent[BodyRecord], info: Info) -> int:
    return len(info.context.graph.naming(body))


@strawberry.type(
    description="A body that some text names: an association, an institution, a firm. What a text names by initials or "
    "by a national name is one node wherever it is (« la Caf » of two departments). It is no kind of partner, which "
    "sheets tick, and no structure of the directory, though a text may name one."
)
class Body(Node):
    label: str = attribute('What it is called. Example: "Secours Populaire".')
    spellings: list[str] = attribute("What else texts call it: a handful.")
    known: bool = attribute(
        "Whether the gazetteer of the field has it; otherwise its name says alone that it is a body."
    )
    action_count: int = field(_action_count, "How many sheets name it.")
    mentions: MentionConnection = paged(
        _mentions, "The sheets that name it, the newest first, with the sentences.", _NamingEdge
    )
    actions: ActionConnection = actions_of(
        lambda body, graph: graph.naming(body), "The actions whose sheets name it, newest first."
    )
    is_type_of = TYPES.of("Body")


def bodies(
    _: None,
    graph: Door,
    named: Annotated[
        str | None,
        told('Only those whose name has these words in it; case and accents do not count. Example: "secours".'),
    ] = None,
) -> Ordered[BodyRecord]:
    """The bodies that texts name."""
    return graph.bodies.all() if named is None else graph.bodies.named(named)


@explained()
def body(
    info: Info, id: Annotated[strawberry.ID, told('The id of a body. Example: "body:secours-populaire".')]
) -> BodyRecord | None:
    """The body of that id, or None."""
    return info.context.graph.bodies.get(id)
