"""What fields cost beside the 1 that every field costs, and how many items lists are taken to have.

One unit is about ten microseconds of work. Lists of links hold the handful that sheets print; algorithms have the
price of their bound, and the heavy ones run off the event loop.
"""

from __future__ import annotations

from execution import Price

PRICES = {
    "Query.nodes": Price(sized_by=("ids",)),
    "Action.keywords": Price(items=5),
    "Action.partners": Price(items=3),
    "Action.publics": Price(items=2),
    "Action.initiators": Price(items=3),
    "Action.files": Price(items=2),
    "Concept.alternativeLabels": Price(items=2),
    "ActionConnection.facets": Price(each=100, items=10),
    "ActionConnection.unknownValues": Price(items=5),
    "Facet.values": Price(items=20),
    "ActionEdge.highlights": Price(each=20, items=5),
    "Highlight.fragments": Price(items=3),
    "SearchHit.highlights": Price(each=20, items=5),
    "Action.similar": Price(each=100),
    "Query.similarActions": Price(each=200),
    "SimilarEdge.reasons": Price(each=5, items=5),
    "SimilarEdge.sharedKeywords": Price(items=5),
    "SimilarEdge.sharedPartners": Price(items=3),
    "Query.search": Price(each=200, items=20),
    "Query.suggest": Price(each=50, items=10),
    "Query.actionsBy": Price(each=500, items=100, sized_by=()),
    "ActionGroup.keys": Price(items=2),
    "Query.path": Price(each=1_000, heavy=True),
    "Paths.paths": Price(items=10),
    "Path.steps": Price(items=7),
    "Query.neighbourhood": Price(each=500, sized_by=()),
    "Neighbourhood.nodes": Price(items=200),
    "Neighbourhood.edges": Price(items=500),
    "Query.cooccurrences": Price(each=500, items=20, heavy=True),
    "Query.meetings": Price(each=1_000, items=10, heavy=True),
    "Structure.meet": Price(each=500, items=10),
    "Meeting.shared": Price(items=5),
    "Meeting.aBrings": Price(items=5),
    "Meeting.bBrings": Price(items=5),
    "Query.communities": Price(each=1_000, items=20, heavy=True),
    "Community.concepts": Price(items=3),
    "Query.dataQuality": Price(each=1_000, heavy=True),
    "DataQuality.emptyFields": Price(items=25),
    "DataQuality.doubtfulValues": Price(items=20),
    "DataQuality.respelled": Price(items=20),
    "DataQuality.repeatedTitles": Price(items=20),
    "Dataset.counts": Price(items=9),
    "Dataset.sources": Price(items=10),
    "ImportedSource.problems": Price(items=20),
}
