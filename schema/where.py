"""The `where` arguments, and the sets of actions they describe.

For every operator `null` means no filter. `in: []` and `OR: []` match nothing, `AND: []` matches everything. A link
is named by a node's id (`keyword:culture`) or by its label, accents and case aside (`Culture`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from graph.conditions import EVERYTHING, All, Any_, Clause, Condition, Not, On, Operator, Says, Stands, Subject
from graph.fields import TEXTS
from graph.kinds import KINDS, FacetField
from schema.context import optional
from schema.errors import bad_input

MOST_CONDITIONS = 100
LONGEST_TEXT = 256


@strawberry.input(
    description="Conditions on a number; all that are given must hold. A missing number satisfies only `isNull: true`."
)
class IntWhere:
    eq: int | None = optional("Equal to. Example: 2019.")
    ne: int | None = optional("Different from.")
    in_: list[int] | None = optional("One of; `[]` matches nothing.", "in")
    not_in: list[int] | None = optional("None of.")
    gt: int | None = optional("Greater than.")
    gte: int | None = optional("Greater than or equal to. Example: 2018.")
    lt: int | None = optional("Less than.")
    lte: int | None = optional("Less than or equal to.")
    is_null: bool | None = optional("Whether there is no number at all.")


@strawberry.input(description="Conditions on a number with decimals; all that are given must hold.")
class FloatWhere:
    gt: float | None = optional("Greater than. Example: 0.01.")
    gte: float | None = optional("Greater than or equal to.")
    lt: float | None = optional("Less than.")
    lte: float | None = optional("Less than or equal to.")


@strawberry.input(
    description="Conditions on where a node stands in the graph without hubs (see `Centrality`); all that are given "
    "must hold. What has no centrality satisfies only `isNull: true`."
)
class CentralityWhere:
    degree: IntWhere | None = optional("On the number of links. Example: { gte: 10 }.")
    betweenness: FloatWhere | None = optional(
        "On the share of the shortest paths that leads through it. Example: { gt: 0.01 }."
    )
    core_number: IntWhere | None = optional("On the core number. Example: { gte: 3 }.")
    component: IntWhere | None = optional("On the number of its component. Example: { ne: 0 }.")
    bridges: IntWhere | None = optional("On the number of bridges that it ends. Example: { gte: 1 }.")
    is_cut_node: bool | None = optional("Whether what it links falls apart without it. Example: true.")


@strawberry.input(description="Conditions on a short text, accents and case aside; all that are given must hold.")
class TextWhere:
    eq: str | None = optional('The whole text. Example: "repas oriental".')
    contains: str | None = optional('Part of the text. Example: "atelier".')
    starts_with: str | None = optional('The start of the text. Example: "ate".')


@strawberry.input(
    description="Conditions on the status: by its words, accents and case aside, or by its name in `Status`."
)
class StatusWhere:
    eq: str | None = optional('This status. Example: "En cours" or "EN_COURS".')
    ne: str | None = optional("Another status, or none.")
    in_: list[str] | None = optional("One of; `[]` matches nothing.", "in")
    not_in: list[str] | None = optional("None of these.")
    is_empty: bool | None = optional("Whether the sheet has no status.")


@strawberry.input(description="Conditions on a link that an action has at most once: by id or label.")
class LinkWhere:
    eq: str | None = optional(
        'This node. A place by any spelling, its code too. Example: "Lot", "46" or "department:lot".'
    )
    ne: str | None = optional("Another node, or none.")
    in_: list[str] | None = optional("One of; `[]` matches nothing.", "in")
    not_in: list[str] | None = optional("None of these.")
    is_empty: bool | None = optional("Whether the action has no such link.")


@strawberry.input(description="Conditions on a list of links: by id or label.")
class LinksWhere:
    contains_any: list[str] | None = optional(
        'At least one of; `[]` matches nothing. Example: ["mobilité / transport"].'
    )
    contains_all: list[str] | None = optional("Each of; `[]` matches everything.")
    contains_none: list[str] | None = optional("None of; `[]` matches everything.")
    shared_with: list[strawberry.ID] | None = optional(
        "At least one that one of these has too: actions, or what has actions, as a structure; `[]` matches nothing. "
        'Example: ["structure:lot-arts-scenes-et-compagnie"].'
    )
    is_empty: bool | None = optional("Whether the list is empty.")
    count: IntWhere | None = optional("How long the list is. Example: { gte: 3 }.")


@strawberry.input(
    description="Conditions on the bodies that the text of a sheet names, as `Body.actions` has them: by id or name, "
    "accents, case and an article before it aside. They are no kinds of partner. Refused (`NOT_READY`) while the texts "
    "are read."
)
class BodiesWhere:
    contains_any: list[str] | None = optional(
        'At least one of; `[]` matches nothing. Example: ["Secours Populaire", "body:caf"].'
    )
    contains_all: list[str] | None = optional("Each of; `[]` matches everything.")
    contains_none: list[str] | None = optional("None of; `[]` matches everything.")


@strawberry.input(description="Conditions on a text of the sheet; all that are given must hold.")
class LongTextWhere:
    is_empty: bool | None = optional("Whether the sheet says nothing there, or does not print the label.")
    contains: str | None = optional(
        "These words in a row, whole ones, accents and case aside. The sheets that have them anywhere are read, at "
        'most 1000 of those that the other conditions leave: `search` looks in all. Example: "bouche à oreille".'
    )


@strawberry.input(description="Conditions on « Résultat »; all that are given must hold.")
class ResultsWhere:
    territory: LongTextWhere | None = optional("On the result on the territory.")
    centre: LongTextWhere | None = optional("On the result for the centre.")
    residents: LongTextWhere | None = optional("On the result for the residents.")


@strawberry.input(description="Conditions on actions; all that are given must hold.")
class ActionWhere:
    ids: list[strawberry.ID] | None = optional("One of these actions; `[]` matches nothing.")
    title: TextWhere | None = optional("On the title.")
    year: IntWhere | None = optional("On the year of the sheet.")
    status: StatusWhere | None = optional("On the status.")
    structure: LinkWhere | None = optional("On the organising structure.")
    department: LinkWhere | None = optional("On the department.")
    region: LinkWhere | None = optional('On the region of the department. Example: { eq: "Occitanie" }.')
    dimension: LinkWhere | None = optional("On the dimension.")
    territory: LinkWhere | None = optional("On the territory.")
    keywords: LinksWhere | None = optional("On the keywords.")
    partners: LinksWhere | None = optional("On the kinds of partner.")
    publics: LinksWhere | None = optional("On the publics.")
    initiators: LinksWhere | None = optional("On the initiators.")
    bodies: BodiesWhere | None = optional(
        'On the bodies that its text names. Example: { containsAny: ["Secours Populaire"] }.'
    )
    end_reason: LongTextWhere | None = optional("On the reasons for which the action is over.")
    summary: LongTextWhere | None = optional("On the summary.")
    initiator_detail: LongTextWhere | None = optional("On the detail of the initiators.")
    experience: LongTextWhere | None = optional('On the text of the experience. Example: { contains: "bénévoles" }.')
    description: LongTextWhere | None = optional("On the general description. Example: { isEmpty: true }.")
    resources: LongTextWhere | None = optional("On the financial resources.")
    people: LongTextWhere | None = optional("On the number of people, which is a text.")
    results: ResultsWhere | None = optional("On the results.")
    limits: LongTextWhere | None = optional("On the limits.")
    perspectives: LongTextWhere | None = optional("On the perspectives.")
    centrality: CentralityWhere | None = optional("On where it stands in the graph. Example: { isCutNode: true }.")
    and_: list[ActionWhere] | None = optional("Each of these holds; `[]` matches everything.", "AND")
    or_: list[ActionWhere] | None = optional("At least one of these holds; `[]` matches nothing.", "OR")
    not_: ActionWhere | None = optional("This does not hold.", "NOT")


@strawberry.input(description="Conditions on the actions of a structure or concept; all that are given must hold.")
class ActionsWhere:
    some: ActionWhere | None = optional(
        'At least one of them satisfies this. Example: { keywords: { containsAny: ["mobilité / transport"] } }.'
    )
    none: ActionWhere | None = optional(
        "None of them satisfies this: it was never done, as far as the data tell. "
        'Example: { publics: { containsAny: ["Seniors"] } }.'
    )
    all: ActionWhere | None = optional(
        "Each of them satisfies this; where there is none, it holds. Example: { year: { gte: 2018 } }."
    )


@strawberry.input(description="Conditions on structures; all that are given must hold.")
class StructureWhere:
    name: TextWhere | None = optional("On the name.")
    department: LinkWhere | None = optional("On the department.")
    region: LinkWhere | None = optional('On the region of the department. Example: { eq: "Occitanie" }.')
    action_count: IntWhere | None = optional("On the number of actions.")
    actions: ActionsWhere | None = optional("On what some, none or all of its actions are.")
    centrality: CentralityWhere | None = optional("On where it stands in the graph. Example: { isCutNode: true }.")
    and_: list[StructureWhere] | None = optional("Each of these holds; `[]` matches everything.", "AND")
    or_: list[StructureWhere] | None = optional("At least one of these holds; `[]` matches nothing.", "OR")
    not_: StructureWhere | None = optional("This does not hold.", "NOT")


@strawberry.input(description="Conditions on concepts; all that are given must hold.")
class ConceptWhere:
    label: TextWhere | None = optional("On the label or an alternative label, or the code of a place.")
    action_count: IntWhere | None = optional("On the number of actions.")
    actions: ActionsWhere | None = optional("On what some, none or all of the actions that have it are.")
    centrality: CentralityWhere | None = optional("On where it stands in the graph. Example: { degree: { gte: 5 } }.")
    and_: list[ConceptWhere] | None = optional("Each of these holds; `[]` matches everything.", "AND")
    or_: list[ConceptWhere] | None = optional("At least one of these holds; `[]` matches nothing.", "OR")
    not_: ConceptWhere | None = optional("This does not hold.", "NOT")


_OPERATORS = {
    **dict.fromkeys(("eq", "in_", "contains_any"), Operator.IN),
    **dict.fromkeys(("ne", "not_in", "contains_none"), Operator.NOT_IN),
    **dict.fromkeys(("is_null", "is_empty"), Operator.EMPTY),
    "gt": Operator.ABOVE,
    "gte": Operator.FROM,
    "lt": Operator.BELOW,
    "lte": Operator.UP_TO,
    "contains": Operator.CONTAINS,
    "starts_with": Operator.STARTS,
    "contains_all": Operator.ALL_OF,
    "shared_with": Operator.SHARED_WITH,
}
"""What each operator of the API is in the graph."""

_QUANTIFIERS = {"some": Operator.SOME, "none": Operator.NONE, "all": Operator.EVERY}
"""What each condition on the actions of a node is in the graph."""

_SUBJECTS: dict[str, FacetField | Subject] = {
    **dict.fromkeys(("title", "name", "label"), Subject.NAME),
    "year": FacetField.YEAR,
    "status": FacetField.STATUS,
    "action_count": Subject.ACTION_COUNT,
    "bodies": Subject.BODY,
    **{row.attribute: FacetField(kind.value) for kind, row in KINDS.items() if row.attribute},
}
"""What each condition of the API is on."""

_TEXTS = {field.api: field.name for field in TEXTS}

AnyWhere = ActionWhere | StructureWhere | ConceptWhere


class _TooMany(Exception):
    """There are more conditions than are read."""


def condition_of(where: AnyWhere | None, argument: str = "where") -> Condition:
    """What a `where`, or another argument of the kind, asks for. Raises BadInput for too many conditions, or a text
    that is too long.
    """
    if where is None:
        return EVERYTHING
    try:
        condition = _condition(where, [MOST_CONDITIONS])
    except _TooMany:
        raise bad_input(argument, "…", f"give at most {MOST_CONDITIONS} nested conditions") from None
    return EVERYTHING if condition == EVERYTHING else condition


def _condition(where: AnyWhere, left: list[int]) -> Condition:
    left[0] -= 1
    if left[0] < 0:
        raise _TooMany
    return All(tuple(_parts(where, left)))


def _parts(where: AnyWhere, left: list[int]) -> Iterator[Condition]:
    for name, asked in vars(where).items():
        if asked is None:
            continue
        match name:
            case "and_":
                yield All(tuple(_condition(inner, left) for inner in asked))
            case "or_":
                yield Any_(tuple(_condition(inner, left) for inner in asked))
            case "not_":
                yield Not(_condition(asked, left))
            case "ids":
                yield On(Subject.ID, ((Operator.IN, tuple(asked)),))
            case "actions":
                of = ((_QUANTIFIERS[each], inner) for each, inner in vars(asked).items() if inner is not None)
                if clauses := tuple((operator, _condition(inner, left)) for operator, inner in of):
                    yield On(Subject.ACTIONS, clauses)
            case "results":
                for result, of in vars(asked).items():
                    yield from _says(f"results.{result}", of)
            case "centrality":
                yield from _stands(asked)
            case _ if isinstance(asked, LongTextWhere):
                yield from _says(to_camel_case(name), asked)
            case _:
                if clauses := tuple(_clauses(name, asked)):
                    yield On(_SUBJECTS[name], clauses)


def _stands(asked: CentralityWhere) -> Iterator[Stands]:
    for measure, of in vars(asked).items():
        if isinstance(of, bool):
            yield Stands(measure, ((Operator.IN, (of,)),))
        elif of is not None and (clauses := tuple(_clauses(measure, of))):
            yield Stands(measure, clauses)


def _says(api: str, asked: LongTextWhere | None) -> Iterator[Says]:
    if asked is not None and (clauses := tuple(_clauses(api, asked))):
        yield Says(_TEXTS[api], clauses)


def _clauses(name: str, asked: Any) -> Iterator[Clause]:
    """The clauses of one condition; `null` is none."""
    for operator, value in vars(asked).items():
        if value is None:
            continue
        if operator == "count":
            yield Operator.COUNT, tuple(_clauses(name, value))
        elif isinstance(asked, TextWhere):
            yield (Operator.EQUALS if operator == "eq" else _OPERATORS[operator]), _short(name, operator, value)
        elif isinstance(asked, LongTextWhere):
            yield _OPERATORS[operator], _short(name, operator, value)
        elif operator in ("eq", "ne"):
            yield _OPERATORS[operator], (_short(name, operator, value),)
        elif isinstance(value, list):
            yield _OPERATORS[operator], tuple(_short(name, operator, each) for each in value)
        else:
            yield _OPERATORS[operator], value


def _short(name: str, operator: str, value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        argument = f"{to_camel_case(name)}.{to_camel_case(operator.rstrip('_'))}"
        raise bad_input(argument, value, f"give at most {LONGEST_TEXT} characters, not {len(value)}")
    return value
