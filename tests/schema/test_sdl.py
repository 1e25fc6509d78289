from __future__ import annotations

from pathlib import Path

from graphql import is_enum_type, is_input_object_type, is_interface_type, is_object_type

from schema import PRICES, schema

SDL = Path(__file__).resolve().parents[2] / "schema" / "schema.graphql"
TYPES = [t for t in schema._schema.type_map.values() if not t.name.startswith("__")]


def test_the_committed_sdl_is_the_schema():
    assert SDL.read_text(encoding="utf-8") == schema.as_str() + "\n", "run: make schema"


def test_every_type_field_and_argument_is_described():
    missing = []
    for type_ in TYPES:
        if is_object_type(type_) or is_interface_type(type_) or is_input_object_type(type_):
            missing += [] if type_.description else [type_.name]
            for name, field in type_.fields.items():
                missing += [] if field.description else [f"{type_.name}.{name}"]
                arguments = getattr(field, "args", {})
                missing += [f"{type_.name}.{name}({a}:)" for a, arg in arguments.items() if not arg.description]
        elif is_enum_type(type_):
            missing += [] if type_.description else [type_.name]
    assert missing == []


def test_every_price_names_a_field():
    types = schema._schema.type_map.values()
    fields = [(name, each) for type_ in types for name, each in getattr(type_, "fields", {}).items()]
    inputs = {argument for _, each in fields for argument in getattr(each, "args", {})}
    inputs.update(name for name, each in fields if not hasattr(each, "args"))
    for name in PRICES:
        if name.startswith("("):
            assert name[1:-1] in inputs, name
        else:
            type_name, field = name.split(".")
            assert field in schema._schema.type_map[type_name].fields, name
