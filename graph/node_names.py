"""By what the nodes of one version are named in questions: keys, names and labels in any spelling, codes of places."""

from __future__ import annotations

from collections.abc import Iterable

from graph.conditions import Operator, Subject, folded, text_holds
from graph.indexes import Indexes, alternative_labels
from graph.kinds import CONCEPT_KINDS, PLACE_KINDS, FacetField, NodeKind
from graph.labels import department_key, region_key
from graph.model import Action, Department, Node, Region, concept_key, fold, slug, status_key
from graph.network import Network
from graph.once import once
from graph.vocabulary import Vocabulary, nearest, nearest_name


class NodeNames:
    """The names of one version, statuses among them. Reading it from several threads at once is safe."""

    def __init__(
        self, network: Network, indexes: Indexes, vocabulary: Vocabulary, base: NodeNames | None = None
    ) -> None:
        """`base` are the names of the version that was built at once, where this is a later one."""
        self._network = network
        self._indexes = indexes
        self._vocabulary = vocabulary
        self._base = base

    def changed(self, network: Network, indexes: Indexes) -> NodeNames:
        """The names of the next version."""
        return NodeNames(network, indexes, self._vocabulary, self._base or self)

    def of(self, node: Node) -> tuple[str, ...]:
        """What a structure or concept is called: its label, the other spellings of it, and the code of a place."""
        codes = (node.code,) if isinstance(node, Department | Region) and node.code else ()
        return (node.label, *alternative_labels(self._network, self._indexes, node), *codes)

    def keys_of(self, kind: NodeKind, names: Iterable[str]) -> list[str]:
        """The keys of nodes named by key or label. A label of several structures gives each; an unknown one its key."""
        keys: list[str] = []
        for name in names:
            if name.startswith(f"{kind}:"):
                keys.append(name)
            elif kind is NodeKind.STRUCTURE:
                keys.extend(self._structures_of(fold(name)) or [f"{kind}:{name}"])
            elif kind is NodeKind.DEPARTMENT:
                keys.append(department_key(name))
            elif kind is NodeKind.REGION:
                keys.append(region_key(name))
            else:
                keys.append(concept_key(kind, self._vocabulary.label(kind, name)))
        return keys

    def has(self, subject: FacetField | Subject, name: str) -> bool:
        """Whether the data have a status, an action (ID), an action or what has some (NODE), or a node of a kind."""
        if subject is FacetField.STATUS:
            return status_key(name) in self._words[subject]
        if subject is Subject.ID:
            return isinstance(self._network.find(name), Action)
        if subject is Subject.NODE:
            return name in self._indexes.members or self.has(Subject.ID, name)
        return any(key in self._network.records for key in self.keys_of(NodeKind(subject.value), [name]))

    def is_called(self, kind: NodeKind, name: str) -> bool:
        """Whether a structure, or a concept of a kind, is called so, as a condition on its name compares them."""
        if kind is NodeKind.STRUCTURE:
            return bool(self._structures_of(fold(name)))
        wanted = folded(((Operator.EQUALS, name),))
        return any(text_holds(each, wanted) for node in self._network.nodes(kind) for each in self.of(node))

    def like(self, kind: str, name: str) -> str | None:
        """The label of a structure, a concept of a kind or a status that a name resembles, of a key of a structure the
        key, or None.
        """
        if kind != NodeKind.STRUCTURE:
            words_of = self._words.get(kind, {})
            closest = nearest(slug(name.removeprefix(f"{kind}:")), words_of.keys())
            return None if closest is None else words_of[closest]
        if name.startswith(f"{kind}:"):
            return nearest_name(name, [body.key for body in self._network.structures])
        base = self._base._structures if self._base else {}
        # A name that no structure has any more is in nobody's way.
        names = [each for each in {**base, **self._structures} if self._structures_of(each)]
        closest = nearest_name(fold(name), names)
        return None if closest is None else self._network.records[self._structures_of(closest)[0]].label

    @once
    def _words(self) -> dict[str, dict[str, str]]:
        """The labels that the data have of each vocabulary, by what their spellings are compared by."""
        words: dict[str, dict[str, str]] = {
            FacetField(kind.value): {
                slug(word): concept.label
                for concept in self._network.concepts[kind]
                for word in (*alternative_labels(self._network, self._indexes, concept), concept.label)
            }
            for kind in (*CONCEPT_KINDS, *PLACE_KINDS)
        }
        return words | {FacetField.STATUS: {status_key(status): status for status in self._indexes.statuses}}

    @once
    def _structures(self) -> dict[str, list[str]]:
        """The keys of the structures of each name: one for each department that has one. Of a later version, those
        that the base lacks.
        """
        known = 0 if self._base is None else len(self._base._network.bodies)
        keys: dict[str, list[str]] = {}
        for ordinal in range(known, len(self._network.bodies)):
            structure = self._network.bodies[ordinal]
            keys.setdefault(fold(structure.name), []).append(structure.key)
        return keys

    def _structures_of(self, name: str) -> list[str]:
        """The keys of the structures of a folded name."""
        if self._base is None:
            return self._structures.get(name, [])
        keys = self._base._structures.get(name, [])
        return [key for key in (*keys, *self._structures.get(name, ())) if key in self._network.records]
