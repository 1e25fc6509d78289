"""A schema as Strawberry's own documentation writes it, over an export: types with resolvers, nothing of the product."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_right
from enum import Enum
from pathlib import Path
from typing import Any

import orjson
import strawberry

by_id: dict[str, Any] = {}
in_order: list[Action] = []


@strawberry.enum
class Status(Enum):
    EN_COURS = "EN_COURS"
    TERMINEE = "TERMINEE"


@strawberry.type
class PageInfo:
    end_cursor: str | None
    has_next_page: bool


@strawberry.type
class ActionConnection:
    nodes: list[Action]
    page_info: PageInfo


@strawberry.type
class Concept:
    id: strawberry.ID
    label: str
    linked: strawberry.Private[list[Action]]

    @strawberry.field
    def actions(self, first: int = 20, after: str | None = None) -> ActionConnection:
        return page(self.linked, first, after)


@strawberry.type
class Structure:
    id: strawberry.ID
    name: str
    department: Concept


@strawberry.type
class Action:
    id: strawberry.ID
    title: str
    year: int | None
    status: Status | None
    structure: Structure
    department: Concept
    dimension: Concept | None
    territory: Concept | None
    keywords: list[Concept]
    partners: list[Concept]
    publics: list[Concept]
    initiators: list[Concept]
    ordinal: strawberry.Private[int]


@strawberry.type
class Query:
    @strawberry.field
    def actions(self, first: int = 20, after: str | None = None) -> ActionConnection:
        return page(in_order, first, after)

    @strawberry.field
    def action(self, id: strawberry.ID) -> Action | None:
        found = by_id.get(id)
        return found if isinstance(found, Action) else None


def page(actions: list[Action], first: int, after: str | None) -> ActionConnection:
    """At most `first` actions after the cursor."""
    start = 0
    if after is not None:
        last = by_id[urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode()]
        start = bisect_right(actions, last.ordinal, key=lambda action: action.ordinal)
    nodes = actions[start : start + first]
    end = urlsafe_b64encode(nodes[-1].id.encode()).rstrip(b"=").decode() if nodes else None
    return ActionConnection(nodes=nodes, page_info=PageInfo(end_cursor=end, has_next_page=start + first < len(actions)))


def load(path: Path) -> None:
    """Read an export and link its records."""
    export = orjson.loads(path.read_bytes())
    for concept in export["concepts"]:
        by_id[concept["id"]] = Concept(id=concept["id"], label=concept["label"], linked=[])
    for structure in export["structures"]:
        by_id[structure["id"]] = Structure(**structure | {"department": by_id[structure["department"]]})
    for ordinal, record in enumerate(export["actions"]):
        singles = {name: by_id.get(record[name]) for name in ("structure", "department", "dimension", "territory")}
        lists = {
            name: [by_id[key] for key in record[name]] for name in ("keywords", "partners", "publics", "initiators")
        }
        status = Status(record["status"]) if record["status"] else None
        action = Action(**record | singles | lists | {"status": status}, ordinal=ordinal)
        for concept in (*singles.values(), *(concept for linked in lists.values() for concept in linked)):
            if isinstance(concept, Concept):
                concept.linked.append(action)
        by_id[action.id] = action
        in_order.append(action)
