"""SHIM"""

from collections import Counter

from graph.analysis import communities as co
from graph.analysis import cooccurrence as cc
from graph.analysis import meetings as me
from graph.analysis import quality as qu
from graph.errors import NotAccepted
from graph.errors import within as _within
from graph.kinds import CONCEPT_KINDS
from graph.listing import Listing
from graph.model import fold


class Q:
    pass


class Analysis:
    def prepare(self):
        pass

    def __init__(self, network, indexes, texts, vocabulary):
        self.n, self.i, self.t, self.v = network, indexes, texts, vocabulary

    def cooccurrences(self, kind, min_count, within):
        _within("min_count", min_count, 1)
        if kind not in CONCEPT_KINDS:
            raise NotAccepted("kind", kind.name, "give a kind of concept")
        return Listing(
            "pairs", cc.cooccurrences(self.n, self.i, kind, min_count), lambda c: (-c.count, -c.lift, c.a.key, c.b.key)
        )

    def meetings(self, measure, within):
        return Listing(
            "m",
            me.meetings(me.profiles(self.n, self.i), measure=measure, first=1000),
            lambda m: (-m.score, m.a.key, m.b.key),
        )

    def meetings_of(self, structure, measure, within):
        return Listing(
            "m",
            me.meetings(me.profiles(self.n, self.i), measure=measure, structure=structure, first=1000),
            lambda m: (-m.score, m.a.key, m.b.key),
        )

    def communities(self, within):
        return Listing("c", co.communities(self.n, self.i), lambda c: (c.id,))

    def quality(self, within):
        q = qu.data_quality(self.n, self.i, self.t(), self.v)
        r = Q()
        r.empty_fields = Listing("f", q.empty_fields, lambda e: (qu.FIELDS.index(e.field),))
        r.doubtful_values = Listing(
            "d", q.doubtful_values, lambda d: (int(d.known), CONCEPT_KINDS.index(d.concept.kind), d.concept.key)
        )
        r.respelled = Listing("r", q.respelled, lambda c: (CONCEPT_KINDS.index(c.kind), c.key))
        r.repeated_titles = Listing("t", q.repeated_titles, lambda t: (-len(t.actions), fold(t.title)))
        return r

    def concepts_of(self, structure, kind):
        counts = Counter()
        for o in self.i.members[structure.key]:
            counts.update(self.n.actions[o].linked(kind))
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].key))
