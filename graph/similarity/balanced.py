"""The measure BALANCED: half what two actions are linked to, half what their sheets say.

    LINKS · Σ w / √((W(A) + UNSAID) · (W(B) + UNSAID))   over the nodes that both have; W is the sum of an action's w
  + WORDS · the cosine of what the two sheets say        see `graph.similarity.text`

A node weighs w = ln²(N/df) times what its kind weighs: one that every action has weighs nothing, and one that most have
nearly nothing. Whoever ticked every box has a great W, so that each of his boxes says little. UNSAID stands for what no
sheet says: two actions that share their only keyword are not thereby the same, the less the more others have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.kinds import NodeKind

LINKS, WORDS = 0.5, 0.5
UNSAID = 1.0

KINDS_BALANCED = (NodeKind.KEYWORD, NodeKind.PARTNER, NodeKind.PUBLIC)
"""What is compared where nothing is said: what an action is about, with whom it is done, and for whom."""

OTHER_KINDS = 0.25
WEIGHTS: Mapping[NodeKind, float] = MappingProxyType({NodeKind.KEYWORD: 1.0, NodeKind.PUBLIC: 0.5})
"""What a kind weighs where nothing is said; another weighs `OTHER_KINDS`."""


def weight_of(kind: NodeKind) -> float:
    """What the nodes of a kind weigh where nothing is said."""
    return WEIGHTS.get(kind, OTHER_KINDS)


def of_links(shared: npt.NDArray[Any], mine: float, theirs: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The part of the score that links give: from the weight of what is shared, and of all that each side has. It has
    as many digits as these.
    """
    part: npt.NDArray[Any] = LINKS * shared / np.sqrt((mine + UNSAID) * (theirs + UNSAID))
    return part


def discounts(theirs: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """By what a shared weight is multiplied on account of all that another has: what `of_links` divides by, roughly."""
    return (1 / np.sqrt(theirs + UNSAID)).astype(np.float32)
