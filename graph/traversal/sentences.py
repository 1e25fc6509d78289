"""A path in words: « Repas oriental » partage le mot-clé « Solidarité » avec « la navette solidaire »."""

from __future__ import annotations

from collections.abc import Sequence

from graph.kinds import NodeKind
from graph.model import Action, Concept, Node, Structure

_SHARES = {
    NodeKind.STRUCTURE: "partage la structure organisatrice",
    NodeKind.DEPARTMENT: "partage le département",
    NodeKind.KEYWORD: "partage le mot-clé",
    NodeKind.PARTNER: "partage le type de partenaire",
    NodeKind.PUBLIC: "partage le public",
    NodeKind.DIMENSION: "partage la dimension",
    NodeKind.INITIATOR: "partage l’initiateur",
    NodeKind.TERRITORY: "partage le type de territoire",
}
_HAS = {
    NodeKind.STRUCTURE: "est organisée par",
    NodeKind.DEPARTMENT: "est dans le département",
    NodeKind.KEYWORD: "a pour mot-clé",
    NodeKind.PARTNER: "a pour type de partenaire",
    NodeKind.PUBLIC: "a pour public",
    NodeKind.DIMENSION: "a pour dimension",
    NodeKind.INITIATOR: "a pour initiateur",
    NodeKind.TERRITORY: "a pour type de territoire",
}
_IS_OF = {
    NodeKind.STRUCTURE: "organise",
    NodeKind.DEPARTMENT: "est le département de",
    NodeKind.KEYWORD: "est un mot-clé de",
    NodeKind.PARTNER: "est un type de partenaire de",
    NodeKind.PUBLIC: "est un public de",
    NodeKind.DIMENSION: "est la dimension de",
    NodeKind.INITIATOR: "est un initiateur de",
    NodeKind.TERRITORY: "est le type de territoire de",
}


def sentence(nodes: Sequence[Node]) -> str:
    """One French sentence that reads a path from its first node to its last. `nodes` has at least one.

    What two actions, or two structures, share is told in one clause; any other edge is a clause of its own.
    """
    if len(nodes) == 1:
        return f"Le départ et l’arrivée sont {_quoted(nodes[0])}."
    clauses = []
    at = 0
    while at < len(nodes) - 1:
        here, there = nodes[at], nodes[at + 1]
        if at + 2 < len(nodes) and _are_peers(here, nodes[at + 2]):
            clauses.append(f"{_SHARES[_kind(there)]} {_quoted(there)} avec {_quoted(nodes[at + 2])}")
            at += 2
        else:
            verb = _HAS[_kind(there)] if _is_held_by(there, here) else _IS_OF[_kind(here)]
            clauses.append(f"{verb} {_quoted(there)}")
            at += 1
    return f"{_quoted(nodes[0])} {', qui '.join(clauses)}."


def _are_peers(one: Node, other: Node) -> bool:
    return (isinstance(one, Action) and isinstance(other, Action)) or (
        isinstance(one, Structure) and isinstance(other, Structure)
    )


def _is_held_by(there: Node, here: Node) -> bool:
    """Whether the edge reads from `here` to `there`: action to the rest, structure to department."""
    return isinstance(here, Action) or (isinstance(here, Structure) and isinstance(there, Concept))


def _kind(node: Node) -> NodeKind:
    if isinstance(node, Concept):
        return node.kind
    return NodeKind.STRUCTURE if isinstance(node, Structure) else NodeKind.ACTION


def _quoted(node: Node) -> str:
    words = node.title if isinstance(node, Action) else node.name if isinstance(node, Structure) else node.label
    return f"«\N{NO-BREAK SPACE}{words}\N{NO-BREAK SPACE}»"
