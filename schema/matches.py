"""How a search was understood, and by which words a node answers it."""

from __future__ import annotations

import strawberry

import schema.enums  # noqa: F401 - before any type names them
from graph.search.meaning import How
from graph.search.notices import NoticeKind
from schema.context import attribute

MATCHED_BY = (
    "By which word the node answers each word that was typed: one entry a word at most, none for those it lacks. "
    'Example: typed "lift partagé", found "covoiturage", how SAME.'
)
MISSING = (
    'The words that were typed and that the node does not answer; as many as were typed, at most. Example: ["isolées"].'
)
CORRECTED = (
    "The words that no sheet has and that were read as others; as many as were typed, at most. A plus sign before a "
    'word keeps it as it is typed. Example: from "cuisne" to "cuisine".'
)
NOTICES = (
    "What was typed and is not in the data: a department that they do not cover, a year that no action has, a word "
    "that is nowhere. Empty where there is nothing to say; as many as words were typed, at most."
)


@strawberry.type(name="MatchedBy", description="A word that was typed, and the word by which a node answers it.")
class MatchedByType:
    typed: str = attribute('The word or words as typed. Example: "lift partagé".')
    found: str = attribute('The word that stands in the node. Example: "covoiturage".')
    how: How = attribute("How the two stand to each other.")


@strawberry.type(name="Correction", description="A word that was read as another, since no sheet has it.")
class CorrectionType:
    typed: str = attribute('The word as typed. Example: "cuisne".', "from")
    read: str = attribute('The word that was sought instead. Example: "cuisine".', "to")


@strawberry.type(name="SearchNotice", description="What was typed in a search, and is not in the data.")
class SearchNoticeType:
    kind: NoticeKind = attribute("What it is.")
    value: str = attribute('Its name. Example: "Cantal".')
    sentence: str = attribute(
        'A French sentence. Example: "Le département Cantal n’est pas dans les données : elles couvrent Lot."'
    )
    known: list[str] = attribute(
        "What the data have instead: departments, at most five, or the first and last year; else empty. "
        'Example: ["Lot"].'
    )
