"""A schema made to trip a compiler: every kind of field, value and failure, over plain records."""

import datetime
import enum
import math
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, NewType, Optional

import strawberry
from strawberry.schema.config import StrawberryConfig


@dataclass(frozen=True, slots=True, eq=False)
class LeafRecord:
    key: str
    weight: Any = 1
    tags: Any = ("a", "b")
    kind: str = "leaf"


@dataclass(frozen=True, slots=True, eq=False)
class BranchRecord:
    key: str
    children: Any = ()
    matrix: Any = ((1, 2), None, (3, None))
    spare: Any = None
    mark: Any = None


@dataclass(frozen=True, slots=True)
class EqualRecord:
    """Compared by value: never a key of the memo."""

    key: str
    number: int = field(default=0, compare=False)


class Mark(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Grade(enum.IntEnum):
    LOW = 1
    HIGH = 2


Metres = NewType("Metres", float)
Blob = NewType("Blob", object)


def metres_out(value: Any) -> str:
    if value < 0:
        raise ValueError(f"no length: {value}")
    return f"{value}m"


def metres_in(value: Any) -> float:
    return float(str(value).removesuffix("m"))


MarkType = strawberry.enum(Mark, name="Mark")
GradeType = strawberry.enum(Grade, name="Grade")


class Named(enum.StrEnum):
    FIRST = "first"


class Spoken:
    """Serialised as a String by its __str__."""

    def __str__(self) -> str:
        return "spoken"


class SpokenError(Exception):
    """An exception that is serialised as a String where nobody looks."""


class Awaited:
    """An awaitable that no `async def` announces."""

    def __await__(self):
        yield from ()
        return 7


@strawberry.interface
class Node:
    id: strawberry.ID

    @strawberry.field
    def shout(self, times: int = 1) -> str:
        return (self.key + "!") * (times % 4)


def identifier(root: strawberry.Parent[Any]) -> strawberry.ID:
    return root.key


@strawberry.type
class Leaf(Node):
    id: strawberry.ID = strawberry.field(resolver=identifier)
    weight: int
    heavy: float | None = strawberry.field(resolver=lambda root: root.weight)
    tags: list[str | None] | None

    @strawberry.field
    def parent(self) -> "Branch | None":
        return None

    @classmethod
    def is_type_of(cls, obj: object, info: object) -> bool:
        return isinstance(obj, LeafRecord) and obj.kind == "leaf"


@strawberry.type
class Twig(Node):
    """The same records as Leaf, told apart by their `kind`."""

    id: strawberry.ID = strawberry.field(resolver=identifier)
    weight: int | None

    @classmethod
    def is_type_of(cls, obj: object, info: object) -> bool:
        return isinstance(obj, LeafRecord) and obj.kind == "twig"


Growth = Annotated["Leaf | Branch | Twig", strawberry.union("Growth")]


def children_of(root: strawberry.Parent[Any], first: int | None = None) -> list[Growth]:
    return root.children if first is None else root.children[:first]


def failing_third(root: strawberry.Parent[Any], at: int = 2) -> list[Optional["Leaf"]]:
    for number in range(4):
        if number == at:
            raise ValueError(f"item {number} of {root.key}")
        yield LeafRecord(f"{root.key}/{number}")


@strawberry.type
class Branch(Node):
    id: strawberry.ID = strawberry.field(resolver=identifier)
    children: list[Growth] | None = strawberry.field(resolver=children_of)
    nodes: list[Node | None] = strawberry.field(resolver=lambda root: root.children)
    matrix: list[list[int | None] | None]
    spare: Optional["Branch"]
    sure: "Branch" = strawberry.field(resolver=lambda root: root.spare)
    leaves: list[Leaf] = strawberry.field(
        resolver=lambda root: [child for child in root.children if getattr(child, "kind", "twig") != "twig"]
    )
    maybe_leaves: list[Leaf | None] = strawberry.field(
        resolver=lambda root: (child if getattr(child, "kind", "") == "leaf" else None for child in root.children)
    )
    failing: list[Leaf | None] | None = strawberry.field(resolver=failing_third)
    mark: MarkType | None

    @classmethod
    def is_type_of(cls, obj: object, info: object) -> bool:
        return isinstance(obj, BranchRecord)


@strawberry.type
class Instance:
    """A Strawberry object that is its own source."""

    name: str
    size: int = 3

    @strawberry.field
    def doubled(self, info: strawberry.Info) -> int:
        return self.size * info.context["factor"]


@strawberry.type
class Other:
    name: str | None = None


@strawberry.interface
class Shape:
    area: float


@strawberry.type
class Square(Shape):
    side: float = 1.0


@strawberry.type
class Circle(Shape):
    radius: float = 2.0


@strawberry.type
class Equal:
    key: str
    number: int


@strawberry.input
class Inner:
    values: list[int] | None = None
    mark: MarkType = Mark.RED


@strawberry.input
class Filter:
    text: str = "default"
    inner: Inner | None = None
    many: list[Inner] = strawberry.field(default_factory=list)
    limit: int | None = strawberry.UNSET


@strawberry.input(one_of=True)
class Order:
    by_name: MarkType | None = strawberry.UNSET
    by_size: int | None = strawberry.UNSET


@strawberry.input
class Patch:
    name: strawberry.Maybe[str | None]


ODD_VALUES: dict[str, Any] = {
    "plain": "text",
    "number": 5,
    "true": True,
    "big": 2**31,
    "huge": 2**70,
    "nan": math.nan,
    "infinite": math.inf,
    "half": 1.5,
    "whole": 2.0,
    "digits": "12",
    "empty": "",
    "none": None,
    "list": ["x"],
    "error": ValueError("a value"),
    "spoken": Spoken(),
    "red": "red",
    "member": Mark.BLUE,
    "failure": SpokenError("a value"),
    "decimal": Decimal("4"),
    "str_enum": Named.FIRST,
    "int_enum": Grade.HIGH,
    "surrogate": "\ud800",
    "undefined": strawberry.UNSET,
    "awaited": Awaited(),
}

OddKey = strawberry.enum(enum.Enum("OddKey", {name.upper(): name for name in ODD_VALUES}))


@strawberry.type
class Odd:
    """Fields of each leaf type whose value is the source's, whatever it is."""

    string: str | None = strawberry.field(resolver=lambda root: root["value"])
    string_sure: str = strawberry.field(resolver=lambda root: root["value"])
    integer: int | None = strawberry.field(resolver=lambda root: root["value"])
    number: float | None = strawberry.field(resolver=lambda root: root["value"])
    boolean: bool | None = strawberry.field(resolver=lambda root: root["value"])
    ident: strawberry.ID | None = strawberry.field(resolver=lambda root: root["value"])
    mark: MarkType | None = strawberry.field(resolver=lambda root: root["value"])
    length: Metres | None = strawberry.field(resolver=lambda root: root["value"])
    blob: Blob | None = strawberry.field(resolver=lambda root: root["value"])
    items: list[str | None] | None = strawberry.field(resolver=lambda root: root["value"])
    thing: Other | None = strawberry.field(resolver=lambda root: root["value"])


def spoil(values: list[int]) -> str:
    """Changes the list that it is given."""
    values.append(99)
    return repr(values)


@strawberry.type
class Query:
    plain: str = strawberry.field(resolver=lambda: "root")

    @strawberry.field
    def branch(self, info: strawberry.Info, key: strawberry.ID = "b1") -> Branch | None:
        return info.context["branches"].get(key)

    @strawberry.field
    def branches(self, info: strawberry.Info) -> list[Branch]:
        return list(info.context["branches"].values())

    @strawberry.field
    def nodes(self, info: strawberry.Info, keys: list[strawberry.ID] | None = None) -> list[Node | None]:
        nodes = info.context["nodes"]
        return [nodes.get(key) for key in keys] if keys is not None else list(nodes.values())

    @strawberry.field
    def growths(self, info: strawberry.Info) -> list[Growth | None] | None:
        return tuple(info.context["nodes"].values())

    @strawberry.field
    def instance(self, size: int = 4) -> Instance:
        return Instance(name="it", size=size)

    @strawberry.field
    def either(self, first: bool = True) -> Annotated[Instance | Other, strawberry.union("Either")]:
        return Instance(name="one") if first else Other(name="two")

    @strawberry.field
    def shapes(self, info: strawberry.Info) -> list[Shape]:
        return [Square(area=1.0), Circle(area=12.5), Square(area=math.inf if info.context["broken"] else 2)]

    @strawberry.field
    def equals(self) -> list[Equal]:
        return [EqualRecord("same", 1), EqualRecord("same", 2)]

    @strawberry.field
    def odd(self, key: OddKey) -> Odd | None:
        return {"value": ODD_VALUES[key.value]}

    @strawberry.field
    def odd_list(self, keys: list[OddKey]) -> list[str | None]:
        return (ODD_VALUES[key.value] for key in keys)

    @strawberry.field
    def filtered(self, where: Filter | None = None, order: list[Order] | None = None) -> str:
        return f"{where} {order}"

    @strawberry.field
    def patched(self, patch: Patch | None = None) -> str:
        return repr(patch)

    @strawberry.field
    def spoiled(self, values: list[int] = [1, 2]) -> str:  # noqa: B006
        return spoil(values)

    @strawberry.field
    def moment(self, at: datetime.datetime | None = None) -> datetime.datetime | None:
        return at

    @strawberry.field
    def length(self, of: Metres | None = None, mark: MarkType = Mark.BLUE) -> str:
        return f"{of!r} {mark!r}"

    @strawberry.field
    def grades(self) -> list[GradeType]:
        return [Grade.LOW, Grade.HIGH]

    @strawberry.field
    def echo(self, text: str | None = "unsaid", number: float | None = None) -> str | None:
        return None if text is None else f"{text}{number!r}"

    @strawberry.field
    def where_am_i(self, info: strawberry.Info) -> str:
        return f"{info.field_name} {info.path.as_list()} {info.python_name}"

    @strawberry.field
    def selected(self, info: strawberry.Info, note: str = "") -> str:
        fields = [f"{item.name}{item.arguments}{item.alias}" for item in info.selected_fields]
        return f"{fields} {sorted(info.variable_values)} {info.operation.operation.value} {info.root_value}"

    @strawberry.field
    async def later(self, value: int = 1) -> int | None:
        return value

    @strawberry.field
    def hidden_path(self, info: strawberry.Info) -> str:
        """Asks for its path, and hides that it can't have it."""
        try:
            return str(info.path.as_list())
        except Exception:
            return "no path"


class QuietSchema(strawberry.Schema):
    """Strawberry logs every error with its traceback; the tests make thousands."""

    def process_errors(self, errors, execution_context=None):
        pass


def make_schema(**options: Any) -> QuietSchema:
    config = StrawberryConfig(
        scalar_map={
            Metres: strawberry.scalar(name="Metres", serialize=metres_out, parse_value=metres_in),
            Blob: strawberry.scalar(name="Blob", serialize=lambda value: value, parse_value=lambda value: value),
        }
    )
    return QuietSchema(query=Query, types=[Leaf, Twig, Branch, Square, Circle], config=config, **options)


def make_context(salt: str = "", broken: bool = True) -> dict[str, Any]:
    """A small forest. `salt` tells two versions apart; `broken` puts in the values that fail."""
    leaves = [LeafRecord(f"l{n}{salt}", n, (f"t{n}", None)) for n in range(3)]
    twig = LeafRecord(f"t0{salt}", None, (), "twig")
    odd = [LeafRecord(f"l9{salt}", 2**40), LeafRecord(f"u0{salt}", 1, (), "unknown")] if broken else []
    inner = BranchRecord(f"b2{salt}", (leaves[0], twig, leaves[0]), mark=Mark.RED)
    outer = BranchRecord(f"b1{salt}", (leaves[0], inner, leaves[1], twig), spare=inner, mark=Mark.BLUE)
    bad = BranchRecord(f"b3{salt}", (leaves[2], *odd, outer), ((1,), (2, "3", "x")), outer, None)
    branches = {"b1": outer, "b2": inner, "b3": bad}
    nodes = {record.key: record for record in (*leaves, twig, outer, inner)}
    if broken:
        nodes["none"] = None
    return {"branches": branches, "nodes": nodes, "factor": 2, "broken": broken}
