"""What other languages read of the tables is what the tables say."""

from __future__ import annotations

import pytest

from graph.fields import FIELDS, FORM
from graph.kinds import CONCEPT_KINDS, KINDS, LINKED_KINDS, NodeKind, Relation
from graph.model import Action, LightRow, Sheet, SheetText
from graph.store import tables as store_tables
from tests import write_tables


@pytest.mark.parametrize(
    ("path", "written"),
    [(write_tables.TABLES, write_tables.tables), (write_tables.SCHEMA, write_tables.schema)],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_file_is_what_make_tables_writes(path, written):
    assert path.read_text(encoding="utf-8") == written()


def test_every_field_of_a_sheet_has_one_row():
    of_sheet = [*Sheet.__dataclass_fields__.keys() - {"structure_department", "text", "origin"}]
    of_text = [*SheetText.__dataclass_fields__]
    assert sorted(field.name for field in FIELDS if not field.apart) == sorted(of_sheet)
    assert sorted(field.name for field in FIELDS if field.apart) == sorted(of_text)
    assert len({field.api for field in FIELDS}) == len(FIELDS)


def test_the_table_prints_three_columns_and_the_form_the_other_fields():
    assert [field.name for field in FIELDS if field not in FORM] == ["title", "department", "year"]


def test_a_light_row_is_a_sheet_without_its_text_and_ends_with_its_lists_and_its_number():
    names = [field.name for field in FIELDS if not field.apart]
    assert sorted(LightRow._fields) == sorted(["key", "number", "structure_department", *names])
    assert {*LightRow._fields[-len(store_tables.LISTS) - 1 : -1]} == {*store_tables.LISTS}


def test_every_kind_is_where_an_action_or_a_structure_has_it_under_a_relation_of_its_own():
    assert set(KINDS) == set(NodeKind)
    assert {KINDS[kind].attribute for kind in LINKED_KINDS} <= {*Action.__dataclass_fields__, "region"}
    assert sorted(KINDS[kind].relation for kind in LINKED_KINDS) == sorted(Relation)
    words = {field.words: field.name for field in reversed(FIELDS) if field.words}
    assert {kind: words[kind] for kind in CONCEPT_KINDS} == {kind: KINDS[kind].attribute for kind in CONCEPT_KINDS}


def test_the_explorer_s_queries_of_whole_sheets_are_what_make_tables_writes():
    for path, text in write_tables.queries().items():
        assert path.read_text(encoding="utf-8") == text
        for row in KINDS.values():
            assert not row.attribute or row.attribute in text or row.kind is NodeKind.REGION
