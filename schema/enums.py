"""The graph's enumerations as GraphQL enums. Registered here, before any type names them."""

from __future__ import annotations

import strawberry

from graph.analysis.meetings import MeetingMeasure
from graph.kinds import FacetField, NodeKind, Relation
from graph.similarity.measures import Measure

strawberry.enum(NodeKind, description="The kinds of node.")
strawberry.enum(Relation, description="What a link says, read from the action, or from a structure to its department.")
strawberry.enum(FacetField, description="What actions can be counted by.")
strawberry.enum(Measure, description="How similarity is measured; every score is from 0 to 1.")
strawberry.enum(MeetingMeasure, description="How much two structures share.")
