"""What fields cost beside the 1 that every field costs, and how many items lists are taken to have.

One unit is about ten microseconds of work. Lists of links hold the handful that sheets print; algorithms have the
price of their bound, and the heavy ones run off the event loop. What takes milliseconds over a million actions runs
there too where the data are large.
"""

from __future__ import annotations

from execution import Price
from graph.kinds import KINDS, LINKED_KINDS, LIST_KINDS, FacetField, NodeKind

PRICES = {
    **{
        f"({name})": Price(grows=True)
        for name in ("search", "contains", "startsWith", "actions", "sharedWith", "bodies")
    },
    # Of a small graph that changed, the first to ask waits for what is found of the whole.
    **{f"({name})": Price(heavy=True) for name in ("centrality", "degree", "betweenness", "coreNumber")},
    **{f"{kind.title()}.centrality": Price(each=2, heavy=True) for kind in NodeKind},
    "Concept.centrality": Price(each=2, heavy=True),
    "Query.centralNodes": Price(each=500, heavy=True),
    "CentralNodeConnection.hubs": Price(items=5),
    **{f"Action.{KINDS[kind].attribute}": Price(items=KINDS[kind].typical) for kind in LIST_KINDS},
    # Every structure is looked at, and a list of them sorted when it is first asked for.
    "Query.structures": Price(grows=True),
    "Department.structures": Price(grows=True),
    "Query.nodes": Price(sized_by=("ids",)),
    "Action.files": Price(items=2),
    "Concept.alternativeLabels": Price(items=2),
    "ActionConnection.facets": Price(each=100, items=len(FacetField)),
    "Department.neighbours": Price(each=2, items=5),
    "Region.departments": Price(items=8),
    "ActionConnection.unknownValues": Price(each=50, items=5),
    **{f"{kind.title()}Connection.unknownValues": Price(each=50, items=5) for kind in LINKED_KINDS},
    "Facet.values": Price(items=20),
    "ActionConnection.corrected": Price(each=20, items=2),
    "ActionConnection.notices": Price(each=50, items=2),
    "ActionEdge.highlights": Price(each=20, items=5),
    "ActionEdge.matchedBy": Price(each=5, items=3),
    "ActionEdge.missing": Price(each=5, items=2),
    "Highlight.fragments": Price(items=3),
    "SearchEdge.highlights": Price(each=20, items=5),
    "SearchEdge.matchedBy": Price(each=5, items=3),
    "SearchEdge.missing": Price(each=5, items=2),
    "SearchConnection.corrected": Price(each=20, items=2),
    "SearchConnection.notices": Price(each=50, items=2),
    "Action.similar": Price(each=100, grows=True),
    "Query.similarActions": Price(each=200, grows=True),
    "SimilarEdge.reasons": Price(each=5, items=5),
    "SimilarEdge.sharedKeywords": Price(items=KINDS[NodeKind.KEYWORD].typical),
    "SimilarEdge.sharedPartners": Price(items=KINDS[NodeKind.PARTNER].typical),
    "Query.search": Price(each=400, grows=True),
    "Query.suggest": Price(each=50, items=10),
    "Query.actionsBy": Price(each=500, items=100, sized_by=(), grows=True),
    "Query.matrix": Price(each=500, heavy=True),
    "MatrixConnection.columns": Price(items=20),
    "MatrixRow.counts": Price(each=20),
    "Query.compare": Price(each=500, heavy=True),
    "ActionGroup.keys": Price(items=2),
    "Query.path": Price(each=1_000, heavy=True),
    "Paths.paths": Price(items=10),
    "Path.steps": Price(items=7),
    "Query.neighbourhood": Price(each=500, sized_by=()),
    "Neighbourhood.nodes": Price(items=200),
    "Neighbourhood.edges": Price(items=500),
    "Query.cooccurrences": Price(each=500, heavy=True),
    "Query.meetings": Price(each=1_000, heavy=True),
    "Structure.meet": Price(each=500, grows=True),
    "Query.isolated": Price(each=200, grows=True),
    "Meeting.shared": Price(items=5),
    "Meeting.reasons": Price(items=8),
    "Meeting.aBrings": Price(items=5),
    "Meeting.bBrings": Price(items=5),
    "Query.communities": Price(each=1_000, heavy=True),
    "Community.concepts": Price(items=3),
    "Query.dataQuality": Price(each=1_000, heavy=True),
    "Dataset.counts": Price(items=len(NodeKind)),
    # Reading a sheet for the bodies that it names takes a millisecond.
    "Action.mentions": Price(each=100, items=5, heavy=True),
    # Up to a hundred sheets of the structure are looked at, some of which are read word by word.
    "Action.lineage": Price(each=2_000, heavy=True),
    "Lineage.earlier": Price(items=3),
    "Lineage.later": Price(items=3),
    "LineageCandidate.evidence": Price(items=3),
    "Query.body": Price(each=100, heavy=True),
    "Query.bodies": Price(each=500, heavy=True),
    "Body.spellings": Price(items=3),
    "Body.actionCount": Price(each=10),
    "Body.mentions": Price(each=10, heavy=True),
    "MentionEdge.mentions": Price(each=100, items=2),
    # What is read from the store takes 0.2 ms a row, and comparing two whole sheets 2 ms.
    "Query.changes": Price(each=500, heavy=True),
    "Query.revision": Price(each=50),
    "Query.diff": Price(each=300, items=5, heavy=True),
    "Action.revision": Price(each=20),
    "Action.changedAt": Price(each=20),
    "Action.history": Price(each=30),
    "Change.diff": Price(each=200, items=3, heavy=True),
    "Change.sheet": Price(each=30),
    "FieldChange.words": Price(items=10),
}
