"""What distinguishes two sets of actions: how frequent each value is in the one and in the other, and how sure that is.

A share of few actions says little, so each has an interval, at 95 %: that of Wilson (« Probable inference, the law of
succession, and statistical inference », JASA 22, 1927, p. 209), which stays honest for small counts and for shares near
0 and 1, where the usual one does not. A difference of shares has the interval that Newcombe makes of two of these
(« Interval estimation for the difference between independent proportions », Statistics in Medicine 17, 1998, p. 873,
method 10). They take the sheets for a sample of what is done. Of many values compared, one in twenty differs so by
chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from pyroaring import FrozenBitMap

from graph.facets import Facets, FacetValue
from graph.kinds import FacetField
from graph.listing import Listing

Z = 1.959963984540054
"""What of the normal distribution stands for 95 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of some actions have a value: a `share` of them in 0..1, from `low` to `high` at 95 %."""

    count: int
    share: float
    low: float
    high: float

    @classmethod
    def of(cls, count: int, size: int) -> Share:
        """That of `count` among `size` actions, at least one.

        >>> Share.of(0, 20).high.__round__(4)
        0.1611
        """
        share = count / size
        spread = Z * Z / size
        centre = (share + spread / 2) / (1 + spread)
        half = sqrt(share * (1 - share) * spread + spread * spread / 4) / (1 + spread)
        # Rounding must not take from a share of nothing, or of all, what it is.
        return cls(count, share, centre - half if count else 0.0, centre + half if count < size else 1.0)


@dataclass(frozen=True, slots=True)
class Difference:
    """How frequent a value is among the actions of `a` and among those of `b`. `difference` is the one share less the
    other, from `low` to `high` at 95 %; `lift` the one over the other, None where `b` has none.
    """

    key: FacetValue
    a: Share
    b: Share
    difference: float
    low: float
    high: float
    lift: float | None

    @classmethod
    def of(cls, key: FacetValue, a: Share, b: Share) -> Difference:
        """That of two shares."""
        difference = a.share - b.share
        low = difference - sqrt((a.share - a.low) ** 2 + (b.high - b.share) ** 2)
        high = difference + sqrt((a.high - a.share) ** 2 + (b.share - b.low) ** 2)
        return cls(key, a, b, difference, low, high, a.share / b.share if b.count else None)

    @property
    def is_certain(self) -> bool:
        """Whether 0 is not in the interval."""
        return self.low > 0 or self.high < 0

    @property
    def rank(self) -> tuple[float, float, int, str]:
        """What differs the most for sure first, then what differs the most."""
        sure = max(self.low, -self.high, 0.0)
        return -sure, -abs(self.difference), _FIELDS.index(self.key.field), self.key.value


_FIELDS = tuple(FacetField)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many actions each of two sets has, how many are in `both`, and the differences, the surest first. There are
    none where one set is empty.
    """

    size_a: int
    size_b: int
    both: int
    differences: Listing[Difference]


def compared(facets: Facets, a: FrozenBitMap, b: FrozenBitMap, fields: Sequence[FacetField]) -> Comparison:
    """Two sets of actions, by every value of some fields that either has."""
    found = [each for field in dict.fromkeys(fields) for each in _differences(facets, a, b, field)] if a and b else []
    listing = Listing.ranked("difference", found, lambda each: each.rank)
    return Comparison(len(a), len(b), a.intersection_cardinality(b), listing)


def _differences(facets: Facets, a: FrozenBitMap, b: FrozenBitMap, field: FacetField) -> Sequence[Difference]:
    in_a, in_b = ({value.value: value for value in facets.values(field, found)} for found in (a, b))
    return [
        Difference.of(
            key,
            Share.of(in_a[value].count if value in in_a else 0, len(a)),
            Share.of(in_b[value].count if value in in_b else 0, len(b)),
        )
        for value, key in {**in_b, **in_a}.items()
    ]
