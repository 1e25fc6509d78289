"""Arguments that a resolver may change are copied for each call; the rest is made once."""

import datetime

import strawberry
from strawberry.types.maybe import Some

from execution.values import copier, unchangeable
from tests.execution.nasty import Filter, Inner, Mark


@strawberry.input
class Counting:
    values: list[int]
    total: int = 0

    def __post_init__(self):
        self.total += 1


def test_what_can_be_shared():
    for value in (None, True, 1, 1.5, "x", Mark.RED, strawberry.UNSET, datetime.date(2019, 1, 2)):
        assert unchangeable(value)
        assert copier(value)() is value
    for value in ([], {}, Inner(), Some(1), object(), (1,)):
        assert not unchangeable(value)


def test_a_copy_is_equal_and_has_nothing_changeable_in_common():
    value = [Filter(text="x", inner=Inner(values=[1, 2]), many=[Inner(values=[3])]), [4], Some([5])]
    make = copier(value)
    first, second = make(), make()
    assert first == second == value
    first[0].inner.values.append(9)
    first[0].many.clear()
    first[1].append(9)
    first[2].value.append(9)
    assert second == value == make()


def test_a_copy_is_not_initialised_again():
    assert copier(Counting(values=[1]))().total == 1


def test_what_cannot_be_copied_is_not():
    class Thing:
        pass

    @strawberry.input
    class Holder:
        thing: strawberry.Private[object] = None

    assert copier(Thing()) is None
    assert copier([Thing()]) is None
    assert copier(Holder(thing=Thing())) is None
    assert copier(Some(lambda: 1)) is None


def test_a_dict_is_copied_with_what_is_in_it():
    value = {"a": [1]}
    copied = copier(value)()
    assert copied == value
    assert copied is not value
    assert copied["a"] is not value["a"]
