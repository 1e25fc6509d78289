"""What is asked of the bodies that texts name by somebody who does not wait until the texts are read."""

from __future__ import annotations

from collections.abc import Sequence

from pyroaring import FrozenBitMap

from graph.conditions import On
from graph.errors import NotAccepted, NotReady
from graph.kinds import SearchKind
from graph.mentions.bodies import Bodies, Body, Mention
from graph.model import Action
from graph.readings import Readings


class NamedBodies:
    """The bodies of one version. But for `mentions`, it raises as `Readings.bodies_at_hand` does."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def get(self, key: str) -> Body | None:
        """The body of that key, or None; no key of another node has the texts asked for."""
        return self._readings.bodies_at_hand("id", key).get(key) if key.startswith(f"{Body.kind}:") else None

    def has(self, name: str) -> bool:
        """Whether some text names the body of a key or name."""
        return self._readings.bodies_at_hand("bodies", name).find(name) is not None

    def like(self, name: str) -> str | None:
        """The key or the label of a body that resembles a key or name, or None."""
        return self._readings.bodies_at_hand("bodies", name).like(name)

    def naming(self, asked: On, among: FrozenBitMap) -> FrozenBitMap:
        """Those of some actions whose texts name the bodies that a condition asks for."""
        for operator, names in asked.clauses:
            among = self._readings.bodies_at_hand("bodies", ", ".join(names)).naming(operator, names, among)
        return among

    def called(self, query: str, among: FrozenBitMap | None, is_required: bool) -> Sequence[tuple[Body, float]]:
        """The bodies that have the words of a search in a name, best first, each with its score; with `among`, those
        that one of these actions names. Where they are not at hand there are none, unless they are required.
        """
        try:
            bodies = self._readings.bodies_at_hand("kinds", SearchKind.BODY.name)
        except (NotAccepted, NotReady):
            if is_required:
                raise
            return []
        return bodies.search(query, among)

    def mentions(self, action: Action) -> list[Mention]:
        """Where a sheet names bodies. While texts are read, what it says alone: no other sheet explains a name."""
        of = self._readings
        try:
            bodies = of.bodies
        except NotReady:
            bodies = Bodies(of.network, of.indexes, of.texts.text, {})
        return bodies.of(action)
