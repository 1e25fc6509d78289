"""What the class of an object decides, and what it does not."""

from dataclasses import dataclass

import pytest
from graphql import Undefined

from execution.give_up import GiveUp, NotMemoisable
from execution.sources import Acceptance, Resolution, class_tested, compared_by_identity, plain_class
from tests.execution.nasty import Awaited, BranchRecord, EqualRecord, LeafRecord, make_schema

SCHEMA = make_schema()._schema
TWO = (LeafRecord, BranchRecord)


class Tests:
    @classmethod
    def one(cls, obj, info):
        return isinstance(obj, LeafRecord)

    @classmethod
    def either(cls, obj, info):
        return isinstance(obj, TWO)

    @classmethod
    def of_info(cls, obj, info):
        return isinstance(info, LeafRecord)

    @classmethod
    def more(cls, obj, info):
        return isinstance(obj, LeafRecord) and obj.kind == "leaf"

    @classmethod
    def negated(cls, obj, info):
        return not isinstance(obj, LeafRecord)

    @classmethod
    def of_kind(cls, obj, info):
        return isinstance(obj.kind, LeafRecord)


def test_an_is_type_of_that_is_one_isinstance_is_recognised():
    inner = LeafRecord
    assert class_tested(Tests.one) is LeafRecord
    assert class_tested(Tests.either) == TWO
    assert class_tested(lambda obj, info: isinstance(obj, LeafRecord)) is LeafRecord
    assert class_tested(lambda obj, info: isinstance(obj, inner)) is LeafRecord


@pytest.mark.parametrize("name", ["of_info", "more", "negated", "of_kind"])
def test_an_is_type_of_that_is_anything_else_is_not(name):
    assert class_tested(getattr(Tests, name)) is None


def test_a_class_that_decides_isinstance_itself_is_not_recognised():
    class Meta(type):
        def __instancecheck__(cls, obj):
            return obj.kind == "leaf"

    class Odd(metaclass=Meta):
        pass

    assert class_tested(lambda obj, info: isinstance(obj, Odd)) is None
    assert class_tested(lambda obj, info: isinstance(obj, "no class")) is None


def test_plain_records_have_slots_and_no_ghosts():
    @dataclass
    class WithDict:
        key: str

    class Ghost:
        __slots__ = ()

        def __getattr__(self, name):
            return name

    assert plain_class(LeafRecord)
    assert not plain_class(WithDict)
    assert not plain_class(Ghost)


def test_records_compared_by_value_are_told_apart():
    assert compared_by_identity(LeafRecord)
    assert not compared_by_identity(EqualRecord)


def test_what_an_object_type_does_not_accept_gives_up():
    acceptance = Acceptance(SCHEMA.get_type("Other"), by_identity=False)
    for wrong in (None, ValueError("x"), Undefined, Awaited()):
        with pytest.raises(GiveUp):
            acceptance.check(wrong)
    acceptance.check(LeafRecord("l"))
    assert acceptance.classes == {LeafRecord}


def test_an_object_type_of_the_memo_takes_identities_only():
    acceptance = Acceptance(SCHEMA.get_type("Equal"), by_identity=True)
    with pytest.raises(NotMemoisable, match="Equal: EqualRecord is not compared by identity"):
        acceptance.check(EqualRecord("e"))


def test_one_class_may_have_several_types():
    resolution = Resolution(SCHEMA, SCHEMA.get_type("Node"))
    for _ in range(2):
        names = [
            resolution.types[resolution.index(source, None)].name
            for source in (LeafRecord("l"), LeafRecord("t", 1, (), "twig"), BranchRecord("b"))
        ]
        assert names == ["Leaf", "Twig", "Branch"]
        with pytest.raises(GiveUp):
            resolution.index(LeafRecord("u", 1, (), "unknown"), None)
