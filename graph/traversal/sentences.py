"""A path in words: « Repas oriental » partage le mot-clé « Solidarité » avec « la navette solidaire »."""

from __future__ import annotations

from collections.abc import Sequence

from graph.kinds import KINDS, NodeKind
from graph.model import Node
from graph.network import has


def sentence(nodes: Sequence[Node]) -> str:
    """One French sentence that reads a path of one node or more; what two actions, or structures, share is one clause.

    >>> " ".join(sentence([node("action:potager"), node("keyword:jardin"), node("action:verger")]).split())
    '« Potager » partage le mot-clé « Jardin » avec « Verger ».'
    """
    if len(nodes) == 1:
        return f"Le départ et l’arrivée sont {_quoted(nodes[0])}."
    clauses = []
    at = 0
    while at < len(nodes) - 1:
        here, there = nodes[at], nodes[at + 1]
        is_peer = here.kind in (NodeKind.ACTION, NodeKind.STRUCTURE)
        if is_peer and at + 2 < len(nodes) and nodes[at + 2].kind is here.kind:
            clauses.append(f"{KINDS[there.kind].shares} {_quoted(there)} avec {_quoted(nodes[at + 2])}")
            at += 2
        else:
            verb = KINDS[there.kind].has if has(here, there) else KINDS[here.kind].is_of
            clauses.append(f"{verb} {_quoted(there)}")
            at += 1
    return f"{_quoted(nodes[0])} {', qui '.join(clauses)}."


def _quoted(node: Node) -> str:
    return f"«\N{NO-BREAK SPACE}{node.label}\N{NO-BREAK SPACE}»"
