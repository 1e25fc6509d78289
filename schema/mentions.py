"""What the text of a sheet names: bodies, each with its words, its sentence and what says so."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import Parent

from graph.errors import within
from graph.mentions.bodies import Mention
from graph.mentions.rules import Evidence
from graph.model import Action as ActionRecord
from schema.context import Info, attribute, told
from schema.errors import explained
from schema.forward import ABody, AnAction


@strawberry.type(
    name="Mention",
    description="Where the text of a sheet names a body. Found by rules, so it may be wrong: see `confidence`. It says "
    "nothing of what the sheet ticks: kinds of partner are `Action.partners`.",
)
class MentionType:
    body: ABody = attribute("The body that is named.")
    action: AnAction = attribute("The action whose sheet names it.")
    field: str = attribute('The field\'s name in this API. Example: "results.territory".')
    text: str = attribute('The words as printed. Example: "Préfecture du Lot".')
    start: int = attribute("Where they begin in the field: characters from 0.")
    end: int = attribute("Where they end in the field, excluded.")
    sentence: str = attribute("The sentence around them as printed; of a long one about 300 characters.")
    sentence_start: int = attribute("Where that begins in the field.")
    evidence: Evidence = attribute("What says that they name a body.")
    confidence: float = attribute(
        "How sure it is, 0 to 1: by the evidence, and by how many structures name the body. Example: 0.85."
    )
    own: bool = attribute("Whether they name the structure itself whose sheet it is.")


@explained()
def mentions(
    action: Parent[ActionRecord],
    info: Info,
    min_confidence: Annotated[
        float, told("The least confidence, 0 to 1: 0.5 finds more, 0.8 errs less. Example: 0.8.")
    ] = 0.5,
    own: Annotated[bool, told("Whether names of the structure itself are given too.")] = False,
) -> list[Mention]:
    """The bodies that the text of a sheet names."""
    within("min_confidence", min_confidence, 0, 1)
    found = info.context.graph.mentions(action)
    return [each for each in found if each.confidence >= min_confidence and (own or not each.own)]
