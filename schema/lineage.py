"""Which sheets of the same structure may tell of the same action in other years, and what says so."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import Parent

from graph.errors import within
from graph.lineage.candidates import Candidate, Lineage, LineageSign
from graph.model import Action as ActionRecord
from schema.context import Info, attribute, told
from schema.errors import explained
from schema.forward import AnAction


@strawberry.type(name="LineageEvidence", description="One sign that a later sheet goes on from an earlier one.")
class LineageEvidenceType:
    sign: LineageSign = attribute("What it is.")
    action: AnAction = attribute("The action whose sheet shows it.")
    field: str | None = attribute(
        'The field that has the words, by its name in this API; null for titles. Example: "experience".'
    )
    text: str | None = attribute('The words as printed. Example: "depuis 2017".')
    start: int | None = attribute("Where they begin in the field: characters from 0.")
    end: int | None = attribute("Where they end in the field, excluded.")
    sentence: str | None = attribute("The sentence around them as printed; of a long one about 300 characters.")
    sentence_start: int | None = attribute("Where that begins in the field.")
    likeness: float | None = attribute("How near the titles are, 0 to 1; null for words. Example: 0.85.")


@strawberry.type(
    name="LineageCandidate",
    description="A sheet of the same structure that may tell of the same action in another year. Found by rules, so it "
    "may be wrong: see `evidence` and `confidence`.",
)
class LineageCandidateType:
    action: AnAction = attribute("The action of that sheet.")
    confidence: float = attribute("How sure it is, 0 to 1: by the signs, less what lies years apart. Example: 0.95.")
    evidence: list[LineageEvidenceType] = attribute("The signs: three at most.")


@strawberry.type(
    name="Lineage",
    description="What an action may go on from, and what may go on from it: sheets of its structure of other years. "
    "The 50 nearest in time are looked at on each side.",
)
class LineageType:
    earlier: list[LineageCandidateType] = attribute("Those before it, the nearest in time first: 20 at most.")
    later: list[LineageCandidateType] = attribute("Those after it, the nearest in time first: 20 at most.")


@explained()
def lineage(
    action: Parent[ActionRecord],
    info: Info,
    min_confidence: Annotated[
        float, told("The least confidence, 0 to 1: 0.5 finds more, 0.7 errs less. Example: 0.7.")
    ] = 0.5,
) -> Lineage:
    """What an action may go on from, and what may go on from it."""
    within("min_confidence", min_confidence, 0, 1)
    found = info.context.graph.lineage(action)

    def sure(some: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        return tuple(each for each in some if each.confidence >= min_confidence)

    return Lineage(sure(found.earlier), sure(found.later))
