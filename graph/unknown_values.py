"""What a condition names and the data do not have, each with a value that it resembles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from graph.conditions import NAMING, Condition, Operator, Subject, everywhere
from graph.kinds import KINDS, LINKED_KINDS, FacetField, NodeKind
from graph.model import slug
from graph.named_bodies import NamedBodies
from graph.network import Network
from graph.node_names import NodeNames
from graph.search.index import SearchIndex
from graph.vocabulary import nearest

MOST_COMPARED = 3
"""How many unknown names of structures, actions and bodies of one condition are compared with those of the data."""
MOST_WORDS = 12
MOST_TITLES = 100

_NAMED: dict[FacetField | Subject, str] = {
    **{FacetField(kind.value): KINDS[kind].attribute for kind in LINKED_KINDS},
    FacetField.STATUS: FacetField.STATUS.value,
    Subject.ID: "ids",
    Subject.BODY: "bodies",
}
"""What clauses name values of, and what its condition is called."""
_NAME_OF = {NodeKind.STRUCTURE: "name"}
"""What the name of what is listed is called in its condition, where it is no label."""
_MANY = (NodeKind.ACTION, NodeKind.STRUCTURE, Subject.BODY)
_KEY_ENDS = re.compile(r"(-\d{4})?-[0-9a-f]{8}$")
"""What the key of an action has behind its title."""


class UnknownValue(NamedTuple):
    """A value of a condition that the data do not have, and a known one that it resembles, or None."""

    field: str
    value: str
    close_to: str | None


class Known(Protocol):
    """What knows the names of one graph."""

    network: Network
    names: NodeNames
    named_bodies: NamedBodies

    @property
    def search(self) -> SearchIndex: ...


def unknown_values(condition: Condition, known: Known, listed: NodeKind = NodeKind.ACTION) -> Iterator[UnknownValue]:
    """The names of nodes and statuses that the data do not have, each once, in the order of the condition: one on
    actions, or on what is `listed`, whose own names are among them.

    What one resembles is a value that the data have, of the same kind. Structures, actions and bodies are many: of
    these, the first three names are compared.
    """
    left = MOST_COMPARED
    for subject, of, name in dict.fromkeys(_names(condition, listed)):
        if _is_there(subject, of, name, listed, known):
            continue
        kind = listed if subject is Subject.NAME else _kind_of(of, name)
        left -= kind in _MANY
        close = None if kind in _MANY and left < 0 else _close(kind, name, known)
        if close is not None and of is Subject.NODE and kind not in _MANY:
            [close] = known.names.keys_of(NodeKind(kind), [close])
        field = _NAME_OF.get(listed, "label") if subject is Subject.NAME else _NAMED[subject]
        yield UnknownValue(field, name, close)


def _names(condition: Condition, listed: NodeKind) -> Iterator[tuple[FacetField | Subject, FacetField | Subject, str]]:
    """The names that a condition has: what each is asked of, and what it is to be the name of."""
    for on, own in everywhere(condition):
        if on.subject is Subject.NAME and own and listed is not NodeKind.ACTION:
            yield from ((on.subject, on.subject, name) for each, name in on.clauses if each is Operator.EQUALS)
        elif on.subject in _NAMED:
            for each, names in on.clauses:
                if each in NAMING or each is Operator.SHARED_WITH:
                    of = Subject.NODE if each is Operator.SHARED_WITH else on.subject
                    yield from ((on.subject, of, name) for name in names)


def _kind_of(subject: FacetField | Subject, name: str) -> str:
    """The kind of node, or STATUS, that a name is of."""
    if subject is Subject.NODE:
        kind = name.partition(":")[0]
        return kind if kind in {*NodeKind} else NodeKind.ACTION
    return NodeKind.ACTION if subject is Subject.ID else subject


def _is_there(
    subject: FacetField | Subject, of: FacetField | Subject, name: str, listed: NodeKind, known: Known
) -> bool:
    if subject is Subject.NAME:
        return known.names.is_called(listed, name)
    return known.named_bodies.has(name) if subject is Subject.BODY else known.names.has(of, name)


def _close(kind: str, name: str, known: Known) -> str | None:
    if kind == Subject.BODY:
        return known.named_bodies.like(name)
    if kind != NodeKind.ACTION:
        return known.names.like(kind, name)
    words = slug(_KEY_ENDS.sub("", name.removeprefix(f"{kind}:"))).split("-")
    return nearest(name, _titled(" ".join(words[:MOST_WORDS]), known))


def _titled(words: str, known: Known) -> Sequence[str]:
    """The keys of a hundred actions at most whose sheets, or rather titles, have these words, or some of them."""
    found = known.search.actions(words).ordinals[:MOST_TITLES].tolist()
    return [known.network.actions[ordinal].key for ordinal in found]
