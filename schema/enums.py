"""The graph's enumerations as GraphQL enums. Registered here, before any type names them."""

from __future__ import annotations

import strawberry

from graph.analysis.centrality import CentralityMeasure
from graph.analysis.fit import MeetingReasonKind
from graph.analysis.meetings import MeetingMeasure
from graph.differences import WordState
from graph.history import Author
from graph.kinds import FacetField, NodeKind, Relation, SearchKind
from graph.lineage.candidates import LineageSign
from graph.mentions.rules import Evidence
from graph.search.meaning import How
from graph.search.notices import NoticeKind
from graph.similarity.measures import Measure
from graph.store.journal import Operation

strawberry.enum(NodeKind, description="The kinds of node.")
strawberry.enum(
    SearchKind, description="What a search may find: the kinds of node, and BODY, a body that some text names."
)
strawberry.enum(
    Relation,
    description="What a link says, read from the action, the structure or the department outwards.",
)
strawberry.enum(FacetField, description="What actions can be counted by.")
strawberry.enum(
    LineageSign,
    description="What says that a later sheet tells of what an earlier one told of. SAME_TITLE, NEAR_TITLE: their "
    "titles, years and numbers of editions aside. NAMES: the later one has the words of the earlier one's title close "
    "together. SUBJECT: it has them all, somewhere. CONTINUES: it says that it goes on (« reconduit », « depuis "
    "2017 »). ANNOUNCES: the earlier one says that it is to go on (« à renouveler »).",
)
strawberry.enum(
    Evidence,
    name="MentionEvidence",
    description="What says that words name a body. KNOWN: the gazetteer has it. DESIGNATED: a word before or after "
    "says what it is (« l'association Citrouille »). RECALLED: the sheet says so elsewhere. PARTNER: it stands where a "
    "partner stands (« en partenariat avec »). INITIALS: capitals that nothing explains. CAPITALS: another sheet of "
    "the department designates a body of that name.",
)
strawberry.enum(
    How,
    name="MatchedHow",
    description="By what a node answers a word, the nearest first: the word itself in any inflection, a misspelling of "
    "it, a word of its family, the same in other words, something narrower, something related.",
)
strawberry.enum(
    NoticeKind,
    description="What is not in the data: a department, a region, the year of an action, a label of the form's "
    "vocabularies, or a word of the sheets.",
)
strawberry.enum(Measure, description="How similarity is measured; every score is from 0 to 1.")
strawberry.enum(
    CentralityMeasure,
    description="What nodes are ordered by: how many links they have, which share of the shortest paths leads through "
    "them, how densely linked the part is that they are in. See `Centrality`.",
)
strawberry.enum(MeetingMeasure, description="How much two structures share, or how well they fit.")
strawberry.enum(MeetingReasonKind, description="Why two structures ought to meet.")
strawberry.enum(
    Operation,
    description="What a change did. GENESIS is the first import into an empty store, of however many sheets; MERGE: "
    "the sheet has become the same as another one, to which its id leads from then on.",
)
strawberry.enum(Author, description="What somebody is to the directory who changed a sheet; names are not shown.")
strawberry.enum(WordState, description="What became of some words of a text.")
