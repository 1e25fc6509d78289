"""What is known of the inside of Strawberry is still so; without it answers are right but slow, and nobody sees it."""

import dataclasses
import re
from pathlib import Path

import strawberry
from strawberry.extensions import SchemaExtension
from strawberry.types.field import StrawberryField

from execution import Engine
from execution import strawberry_internals as internals
from tests.execution.nasty import QuietSchema

FOLDER = Path(internals.__file__).parent


class Loud(SchemaExtension):
    def resolve(self, _next, root, info, *args, **kwargs):
        return _next(root, info, *args, **kwargs)


@strawberry.input
class Wish:
    size: int = 1


@strawberry.type
class Query:
    plain: int = 1

    @strawberry.field
    def told(self, info: strawberry.Info, wish: Wish | None = None) -> str:
        return f"{info.context} {info.field_name} {wish}"


def of_parent(parent: strawberry.Parent[Query]) -> int:
    return 1


def of_root(root: Query) -> int:
    return 1


SCHEMA = QuietSchema(query=Query)
FIELDS = internals.graphql_schema(SCHEMA).query_type.fields


def test_the_resolvers_that_strawberry_makes_are_recognised():
    for field in FIELDS.values():
        assert isinstance(internals.definition_of(field), StrawberryField)
        assert internals.resolved_by_strawberry(field)
        assert internals.got_plainly(internals.definition_of(field))


def test_a_resolver_that_was_replaced_is_not():
    field = QuietSchema(query=Query)._schema.query_type.fields["plain"]
    field.resolve = lambda source, info: 2
    assert not internals.resolved_by_strawberry(field)


def test_the_parts_of_a_resolver_are_found():
    definition = internals.definition_of(FIELDS["told"])
    function, signature = internals.resolver_of(definition)
    assert function.__name__ == "told"
    assert list(signature) == ["self", "info", "wish"]
    assert internals.takes(definition) == {"self": "self", "info": "info"}
    assert internals.argument_of("wish", FIELDS["told"].args["wish"]).python_name == "wish"
    assert internals.resolver_of(internals.definition_of(FIELDS["plain"])) is None
    assert internals.takes(strawberry.field(resolver=of_parent)) == {"parent": "source"}
    assert internals.takes(strawberry.field(resolver=of_root)) == {"root": "source"}


def test_the_info_of_strawberry_has_the_attributes_that_compiled_code_sets():
    assert [field.name for field in dataclasses.fields(strawberry.Info)] == ["_raw_info", "_field"]
    raw = type("Raw", (), {"field_name": "told", "context": "raw"})()
    info = internals.CompiledInfo(raw, internals.definition_of(FIELDS["told"]), "given")
    assert (info.context, info.field_name, info.python_name) == ("given", "told", "told")


def test_an_extension_that_resolves_is_found_and_directives_are_not():
    assert internals.extensions_that_resolve(QuietSchema(query=Query, extensions=[Loud])) == ["Loud"]
    assert internals.extensions_that_resolve(SCHEMA) == []


def test_all_of_it_together_is_compiled():
    engine = Engine(SCHEMA)
    plan = engine.plan("{ plain told(wish: {size: 2}) }")
    answer = engine.execute(plan, context="here", root_value=Query())
    assert answer.body == b'{"data":{"plain":1,"told":"here told Wish(size=2)"}}'
    assert (plan.why, engine.counts["compiled"]) == ("", 1)


def test_nothing_else_in_the_folder_looks_below_strawberry():
    inside = re.compile(r"from strawberry\.|import strawberry\.|(?<!self)\._schema\b|strawberry-definition|<locals>")
    seen = {path.name for path in FOLDER.glob("*.py") if inside.search(path.read_text(encoding="utf-8"))}
    assert seen == {"strawberry_internals.py"}
