"""What is declared of an object's type, what is asked, and which classes are remembered."""

import enum
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
import strawberry
from graphql import Undefined

from execution import Engine, ToldBy, Version
from execution.give_up import GiveUp, NotMemoisable
from execution.sources import Acceptance, Resolution, compared_by_identity
from tests.execution.comparison import assert_same
from tests.execution.nasty import Awaited, BranchRecord, EqualRecord, LeafRecord, QuietSchema, make_schema

SCHEMA = make_schema()._schema
INFO = SimpleNamespace(schema=SCHEMA, field_name="field", is_awaitable=lambda value: False)


class Kind(enum.StrEnum):
    BOOK = "book"
    FILM = "film"


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    name: str
    kind: str = "person"


BY_KIND = ToldBy("kind", {Kind.BOOK: "Book", Kind.FILM: "Film", "person": "Author"})
WORKS = [Work(Kind.BOOK, "b"), Person("p"), Work(Kind.FILM, "f"), Person("q")]


@strawberry.interface
class Thing:
    name: str
    resolve_type = BY_KIND


@strawberry.interface
class Made(Thing):
    pass


@strawberry.type
class Book(Made):
    pages: int = strawberry.field(resolver=lambda: 100)
    is_type_of = BY_KIND.of("Book")


@strawberry.type
class Film(Made):
    minutes: int = strawberry.field(resolver=lambda: 90)
    is_type_of = BY_KIND.of("Film")


@strawberry.type
class Author(Thing):
    is_type_of = BY_KIND.of("Author")


@strawberry.type
class Query:
    things: list[Thing] = strawberry.field(resolver=lambda: WORKS)
    made: list[Made] = strawberry.field(resolver=lambda: [WORKS[2], WORKS[0]])
    no_made: list[Made | None] = strawberry.field(resolver=lambda: WORKS)
    one: Book = strawberry.field(resolver=lambda: WORKS[0])
    wrong: Book | None = strawberry.field(resolver=lambda: WORKS[2])
    nothing: Thing | None = strawberry.field(resolver=lambda: object())


TOLD = QuietSchema(query=Query, types=[Book, Film, Author])


@pytest.mark.parametrize("memo_types", [(), ("Book", "Film", "Author")])
def test_a_type_told_by_an_attribute_is_found_as_by_graphql_core(memo_types):
    engine = Engine(TOLD, memo_types=memo_types)
    selection = "{ __typename name a: name b: name c: name ... on Book { pages } ... on Film { minutes } }"
    text = f"{{ things {selection} made {selection} one {{ name a: name b: name c: name pages }} }}"
    for version in (None, Version(1), Version(1)):
        assert_same(engine, text, version=version)
    assert engine.given_up == {}


@pytest.mark.parametrize("text", ["{ wrong { name } }", "{ nothing { name } }", "{ noMade { name } }"])
def test_an_object_of_another_type_or_of_none_is_graphql_cores_error(text):
    engine = Engine(TOLD)
    assert assert_same(engine, text).errors
    assert engine.counts["compiled"] == 0


def test_what_tells_the_type_is_compared_and_nobody_is_asked(monkeypatch):
    engine = Engine(TOLD)
    plan = engine.plan("{ things { name } one { name } }")
    answer = engine.execute(plan).body
    monkeypatch.setattr(ToldBy, "__call__", None)
    monkeypatch.setattr("execution.sources.IsTold.__call__", None)
    assert engine.execute(plan).body == answer
    assert engine.counts["compiled"] == 2


def test_the_class_may_tell_the_type():
    by_class = ToldBy("__class__", {LeafRecord: "Leaf", BranchRecord: "Branch"})
    assert by_class(LeafRecord("l"), None, None) == "Leaf"
    assert by_class.of("Branch")(BranchRecord("b"), None)
    assert not by_class.of("Branch")(LeafRecord("l"), None)
    assert by_class(EqualRecord("e"), None, None) is None


def test_a_wrong_declaration_is_named():
    with pytest.raises(ValueError, match="no value of kind tells the type Song"):
        BY_KIND.of("Song")
    with pytest.raises(ValueError, match="the attribute is 'a b': expected an identifier"):
        ToldBy("a b", {})


def test_records_compared_by_value_are_told_apart():
    assert compared_by_identity(LeafRecord)
    assert not compared_by_identity(EqualRecord)


def test_what_is_no_object_gives_up():
    acceptance = Acceptance(SCHEMA.get_type("Other"), by_identity=False)
    for wrong in (None, ValueError("x"), Undefined, Awaited()):
        with pytest.raises(GiveUp):
            acceptance.check(wrong)
    acceptance.check(LeafRecord("l"))
    assert acceptance.classes == {LeafRecord}


def test_a_class_that_pretends_is_looked_at_each_time():
    class Ghost:
        __slots__ = ()

        def __getattr__(self, name):
            raise AttributeError(name)

    acceptance = Acceptance(SCHEMA.get_type("Other"), by_identity=False)
    acceptance.check(Ghost())
    assert acceptance.classes == set()


def test_an_object_type_of_the_memo_takes_identities_only():
    acceptance = Acceptance(SCHEMA.get_type("Equal"), by_identity=True)
    with pytest.raises(NotMemoisable, match="Equal: EqualRecord is not compared by identity"):
        acceptance.check(EqualRecord("e"))


def test_where_nothing_is_declared_each_object_is_asked():
    resolution = Resolution(SCHEMA, SCHEMA.get_type("Node"))
    assert resolution.told_by == ""
    for _ in range(2):
        names = [
            resolution.types[resolution.ask(source, INFO)].name
            for source in (LeafRecord("l"), LeafRecord("t", 1, (), "twig"), BranchRecord("b"))
        ]
        assert names == ["Leaf", "Twig", "Branch"]
        with pytest.raises(GiveUp):
            resolution.ask(LeafRecord("u", 1, (), "unknown"), INFO)
