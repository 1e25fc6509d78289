"""SHIM"""

from graph.errors import UnknownNode
from graph.errors import within as _w
from graph.traversal import neighbours as nb
from graph.traversal import paths as pa


class Traversal:
    def __init__(self, network, indexes):
        self.n, self.i = network, indexes

    def paths(self, source, target, *, via, max_length, first):
        for p, k in (("source", source), ("target", target)):
            if k not in self.n.records:
                raise UnknownNode(p, k)
        _w("max_length", max_length, 1, 6)
        _w("first", first, 1, 100)
        return pa.paths(self.n, self.i, source, target, via=via, max_length=max_length, first=first)

    def neighbourhood(self, key, *, depth, kinds, first):
        if key not in self.n.records:
            raise UnknownNode("key", key)
        _w("depth", depth, 1, 3)
        _w("first", first, 1, 500)
        return nb.neighbourhood(self.n, self.i, key, depth=depth, kinds=kinds, first=first)

    def shared_actions(self, keys):
        for k in keys:
            if k not in self.i.members:
                raise UnknownNode("keys", k)
        return nb.shared_actions(self.i, keys)

    def related(self, action, by):
        return nb.related(self.n, self.i, action, by)

    def isolated(self, by):
        return nb.isolated(self.n, self.i, by)
