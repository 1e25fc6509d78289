"""Filters: the `where` arguments, and the sets of actions they describe.

For every operator `null` means no filter. `in: []` and `OR: []` match nothing, `AND: []` matches everything. A link
is named by a node's id (`keyword:culture`) or by its label, accents and case aside (`Culture`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import strawberry
from pyroaring import FrozenBitMap

from graph.filters import NOTHING
from graph.kinds import CONCEPT_KINDS, FacetField, NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.listing import label_of
from graph.model import Concept, Structure, concept_key, fold
from schema.errors import BadInput

MOST_CONDITIONS = 100
LONGEST_TEXT = 256


@strawberry.input(
    description="Conditions on a number; all that are given must hold. A missing number satisfies only `isNull: true`."
)
class IntWhere:
    eq: int | None = strawberry.field(default=None, description="Equal to. Example: 2019.")
    ne: int | None = strawberry.field(default=None, description="Different from.")
    in_: list[int] | None = strawberry.field(name="in", default=None, description="One of; `[]` matches nothing.")
    not_in: list[int] | None = strawberry.field(default=None, description="None of.")
    gt: int | None = strawberry.field(default=None, description="Greater than.")
    gte: int | None = strawberry.field(default=None, description="Greater than or equal to. Example: 2018.")
    lt: int | None = strawberry.field(default=None, description="Less than.")
    lte: int | None = strawberry.field(default=None, description="Less than or equal to.")
    is_null: bool | None = strawberry.field(default=None, description="Whether there is no number at all.")


@strawberry.input(description="Conditions on a short text, accents and case aside; all that are given must hold.")
class TextWhere:
    eq: str | None = strawberry.field(default=None, description='The whole text. Example: "repas oriental".')
    contains: str | None = strawberry.field(default=None, description='Part of the text. Example: "atelier".')
    starts_with: str | None = strawberry.field(default=None, description='The start of the text. Example: "ate".')


@strawberry.input(description="Conditions on a value printed in the sheet, accents and case aside.")
class ValueWhere:
    eq: str | None = strawberry.field(default=None, description='This value. Example: "En cours".')
    ne: str | None = strawberry.field(default=None, description="Another value, or none.")
    in_: list[str] | None = strawberry.field(name="in", default=None, description="One of; `[]` matches nothing.")
    not_in: list[str] | None = strawberry.field(default=None, description="None of these.")
    is_empty: bool | None = strawberry.field(default=None, description="Whether the sheet has no value.")


@strawberry.input(description="Conditions on a link that an action has at most once: by id or label.")
class LinkWhere:
    eq: str | None = strawberry.field(default=None, description='This node. Example: "Lot" or "department:lot".')
    ne: str | None = strawberry.field(default=None, description="Another node, or none.")
    in_: list[str] | None = strawberry.field(name="in", default=None, description="One of; `[]` matches nothing.")
    not_in: list[str] | None = strawberry.field(default=None, description="None of these.")
    is_empty: bool | None = strawberry.field(default=None, description="Whether the action has no such link.")


@strawberry.input(description="Conditions on a list of links: by id or label.")
class LinksWhere:
    contains_any: list[str] | None = strawberry.field(
        default=None, description='At least one of; `[]` matches nothing. Example: ["mobilité / transport"].'
    )
    contains_all: list[str] | None = strawberry.field(default=None, description="Each of; `[]` matches everything.")
    contains_none: list[str] | None = strawberry.field(default=None, description="None of; `[]` matches everything.")
    is_empty: bool | None = strawberry.field(default=None, description="Whether the list is empty.")
    count: IntWhere | None = strawberry.field(default=None, description="How long the list is. Example: { gte: 3 }.")


@strawberry.input(description="Conditions on actions; all that are given must hold.")
class ActionWhere:
    ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="One of these actions; `[]` matches nothing."
    )
    title: TextWhere | None = strawberry.field(default=None, description="On the title.")
    year: IntWhere | None = strawberry.field(default=None, description="On the year of the sheet.")
    status: ValueWhere | None = strawberry.field(default=None, description="On the status.")
    structure: LinkWhere | None = strawberry.field(default=None, description="On the organising structure.")
    department: LinkWhere | None = strawberry.field(default=None, description="On the department.")
    dimension: LinkWhere | None = strawberry.field(default=None, description="On the dimension.")
    territory: LinkWhere | None = strawberry.field(default=None, description="On the territory.")
    keywords: LinksWhere | None = strawberry.field(default=None, description="On the keywords.")
    partners: LinksWhere | None = strawberry.field(default=None, description="On the kinds of partner.")
    publics: LinksWhere | None = strawberry.field(default=None, description="On the publics.")
    initiators: LinksWhere | None = strawberry.field(default=None, description="On the initiators.")
    and_: list[ActionWhere] | None = strawberry.field(
        name="AND", default=None, description="Each of these holds; `[]` matches everything."
    )
    or_: list[ActionWhere] | None = strawberry.field(
        name="OR", default=None, description="At least one of these holds; `[]` matches nothing."
    )
    not_: ActionWhere | None = strawberry.field(name="NOT", default=None, description="This does not hold.")


@strawberry.input(description="Conditions on structures; all that are given must hold.")
class StructureWhere:
    name: TextWhere | None = strawberry.field(default=None, description="On the name.")
    department: LinkWhere | None = strawberry.field(default=None, description="On the department.")
    action_count: IntWhere | None = strawberry.field(default=None, description="On the number of actions.")


@strawberry.input(description="Conditions on concepts; all that are given must hold.")
class ConceptWhere:
    label: TextWhere | None = strawberry.field(default=None, description="On the label or an alternative label.")
    action_count: IntWhere | None = strawberry.field(default=None, description="On the number of actions.")


_LINKS = (
    ("keywords", NodeKind.KEYWORD, FacetField.KEYWORD),
    ("partners", NodeKind.PARTNER, FacetField.PARTNER),
    ("publics", NodeKind.PUBLIC, FacetField.PUBLIC),
    ("initiators", NodeKind.INITIATOR, FacetField.INITIATOR),
)
_LINK = (
    ("structure", NodeKind.STRUCTURE, FacetField.STRUCTURE),
    ("department", NodeKind.DEPARTMENT, FacetField.DEPARTMENT),
    ("dimension", NodeKind.DIMENSION, FacetField.DIMENSION),
    ("territory", NodeKind.TERRITORY, FacetField.TERRITORY),
)


def select(graph: KnowledgeGraph, where: ActionWhere | None, without: FacetField | None = None) -> FrozenBitMap:
    """The actions that satisfy `where`; with `without`, as if the conditions on that field were not there.

    The conditions that a facet leaves out are those of the top level and of `AND`; inside `OR` and `NOT` they stay.
    Raises BadInput for too many conditions, or a text that is too long.
    """
    if where is None:
        return graph.filters.everything
    _check_size(where)
    return _select(graph, where, without)


def _select(graph: KnowledgeGraph, where: ActionWhere, without: FacetField | None) -> FrozenBitMap:
    found = graph.filters.everything
    for part in _parts(graph, where, without):
        found &= part
        if not found:
            break
    return found


def _parts(graph: KnowledgeGraph, where: ActionWhere, without: FacetField | None) -> Iterator[FrozenBitMap]:
    filters = graph.filters
    if where.ids is not None:
        yield filters.keys(where.ids)
    for name, kind, facet in _LINK:
        condition = getattr(where, name)
        if condition is not None and facet is not without:
            yield from _link_parts(graph, kind, condition)
    for name, kind, facet in _LINKS:
        condition = getattr(where, name)
        if condition is not None and facet is not without:
            yield from _links_parts(graph, kind, condition)
    if where.status is not None and without is not FacetField.STATUS:
        yield filters.status(value_test(where.status))
    if where.year is not None and without is not FacetField.YEAR:
        yield filters.year(int_test(where.year))
    if where.title is not None:
        yield filters.title(
            equals=_short("title.eq", where.title.eq),
            contains=_short("title.contains", where.title.contains),
            starts=_short("title.startsWith", where.title.starts_with),
        )
    for inner in where.and_ or ():
        yield _select(graph, inner, without)
    if where.or_ is not None:
        yield FrozenBitMap.union(NOTHING, *(_select(graph, inner, None) for inner in where.or_))
    if where.not_ is not None:
        yield filters.everything - _select(graph, where.not_, None)


def _link_parts(graph: KnowledgeGraph, kind: NodeKind, where: LinkWhere) -> Iterator[FrozenBitMap]:
    filters = graph.filters
    if where.eq is not None:
        yield filters.any_of(keys_of(graph, kind, [where.eq]))
    if where.in_ is not None:
        yield filters.any_of(keys_of(graph, kind, where.in_))
    if where.ne is not None:
        yield filters.everything - filters.any_of(keys_of(graph, kind, [where.ne]))
    if where.not_in is not None:
        yield filters.everything - filters.any_of(keys_of(graph, kind, where.not_in))
    if where.is_empty is not None:
        empty = filters.empty(kind) if kind in CONCEPT_KINDS else NOTHING
        yield empty if where.is_empty else filters.everything - empty


def _links_parts(graph: KnowledgeGraph, kind: NodeKind, where: LinksWhere) -> Iterator[FrozenBitMap]:
    filters = graph.filters
    if where.contains_any is not None:
        yield filters.any_of(keys_of(graph, kind, where.contains_any))
    if where.contains_all is not None:
        yield filters.all_of(keys_of(graph, kind, where.contains_all))
    if where.contains_none is not None:
        yield filters.everything - filters.any_of(keys_of(graph, kind, where.contains_none))
    if where.is_empty is not None:
        empty = filters.empty(kind)
        yield empty if where.is_empty else filters.everything - empty
    if where.count is not None:
        yield filters.count(kind, int_test(where.count))


def keys_of(graph: KnowledgeGraph, kind: NodeKind, values: Sequence[str]) -> list[str]:
    """The keys of nodes named by id or label. A label of several structures gives each; an unknown one its key."""
    keys: list[str] = []
    for value in values:
        _short(kind.value, value)
        if value.startswith(f"{kind}:"):
            keys.append(value)
        elif kind is NodeKind.STRUCTURE:
            keys.extend(graph.structures_named(value) or [f"{kind}:{value}"])
        else:
            label = graph.vocabulary.label(kind, value) if kind in CONCEPT_KINDS else value
            keys.append(concept_key(kind, label))
    return keys


def named_links(where: ActionWhere | None) -> Iterator[tuple[str, NodeKind, str]]:
    """Every (field, kind, value) by which `where` names a node, at any depth."""
    if where is None:
        return
    for name, kind, _ in (*_LINK, *_LINKS):
        condition = getattr(where, name)
        if condition is None:
            continue
        for operator in ("eq", "ne", "in_", "not_in", "contains_any", "contains_all", "contains_none"):
            values = getattr(condition, operator, None)
            for value in [values] if isinstance(values, str) else values or ():
                yield name, kind, value
    for inner in (*(where.and_ or ()), *(where.or_ or ()), *((where.not_,) if where.not_ else ())):
        yield from named_links(inner)


def selected(graph: KnowledgeGraph, where: ActionWhere | None, facet: FacetField) -> set[str]:
    """The values of a facet that `where` selects, at the top level or in `AND`."""
    if where is None:
        return set()
    found: set[str] = set()
    for inner in where.and_ or ():
        found |= selected(graph, inner, facet)
    if facet is FacetField.STATUS and where.status is not None:
        wanted = value_test(where.status)
        if where.status.eq is not None or where.status.in_ is not None:
            found |= {status for status in graph.indexes.statuses if wanted(status)}
    elif facet is FacetField.YEAR and where.year is not None:
        accepts = int_test(where.year)
        found |= {str(year) for year in graph.indexes.years if year is not None and accepts(year)}
    else:
        for name, kind, field in (*_LINK, *_LINKS):
            condition = getattr(where, name) if field is facet else None
            for operator in ("eq", "in_", "contains_any", "contains_all") if condition is not None else ():
                values = getattr(condition, operator, None)
                found.update(keys_of(graph, kind, [values] if isinstance(values, str) else values or ()))
    return found


def int_test(where: IntWhere) -> Callable[[int | None], bool]:
    """Whether a number satisfies the conditions."""

    def accepts(value: int | None) -> bool:
        if where.is_null is not None and where.is_null != (value is None):
            return False
        if value is None:
            return where.is_null is True and not _compares(where)
        return (
            (where.eq is None or value == where.eq)
            and (where.ne is None or value != where.ne)
            and (where.in_ is None or value in where.in_)
            and (where.not_in is None or value not in where.not_in)
            and (where.gt is None or value > where.gt)
            and (where.gte is None or value >= where.gte)
            and (where.lt is None or value < where.lt)
            and (where.lte is None or value <= where.lte)
        )

    if where.is_null is None and not _compares(where):
        return lambda value: True
    return accepts


def _compares(where: IntWhere) -> bool:
    names = ("eq", "ne", "in_", "not_in", "gt", "gte", "lt", "lte")
    return any(getattr(where, name) is not None for name in names)


def value_test(where: ValueWhere) -> Callable[[str], bool]:
    """Whether a printed value satisfies the conditions."""

    def folded(values: Sequence[str] | None) -> set[str] | None:
        return None if values is None else {fold(value) for value in values}

    only = folded(None if where.eq is None else [where.eq])
    among, never = folded(where.in_), folded(where.not_in)
    other = folded(None if where.ne is None else [where.ne])

    def accepts(value: str) -> bool:
        plain = fold(value)
        return (
            (where.is_empty is None or where.is_empty == (not plain))
            and (only is None or plain in only)
            and (among is None or plain in among)
            and (never is None or plain not in never)
            and (other is None or plain not in other)
        )

    return accepts


def text_test(where: TextWhere, argument: str) -> Callable[[str], bool]:
    """Whether a text satisfies the conditions."""
    equal, part, start = (
        None if text is None else fold(_short(argument, text) or "")
        for text in (where.eq, where.contains, where.starts_with)
    )

    def accepts(text: str) -> bool:
        plain = fold(text)
        return (
            (equal is None or plain == equal)
            and (part is None or part in plain)
            and (start is None or plain.startswith(start))
        )

    return accepts


def structure_test(graph: KnowledgeGraph, where: StructureWhere) -> Callable[[Structure], bool]:
    """Whether a structure satisfies `where`."""
    named = text_test(where.name, "name") if where.name is not None else None
    counted = int_test(where.action_count) if where.action_count is not None else None
    placed = _department_test(graph, where.department) if where.department is not None else None
    return lambda structure: (
        (named is None or named(structure.name))
        and (counted is None or counted(graph.action_count(structure)))
        and (placed is None or placed(structure.department.key))
    )


def _department_test(graph: KnowledgeGraph, where: LinkWhere) -> Callable[[str], bool]:
    def keys(values: Sequence[str] | None) -> set[str] | None:
        return None if values is None else set(keys_of(graph, NodeKind.DEPARTMENT, values))

    only, among = keys(None if where.eq is None else [where.eq]), keys(where.in_)
    other, never = keys(None if where.ne is None else [where.ne]), keys(where.not_in)
    return lambda key: (
        (only is None or key in only)
        and (among is None or key in among)
        and (other is None or key not in other)
        and (never is None or key not in never)
        and where.is_empty is not True
    )


def concept_test(graph: KnowledgeGraph, where: ConceptWhere) -> Callable[[Concept], bool]:
    """Whether a concept satisfies `where`, by its label or an alternative one."""
    named = text_test(where.label, "label") if where.label is not None else None
    counted = int_test(where.action_count) if where.action_count is not None else None
    return lambda concept: (
        (named is None or any(map(named, (label_of(concept), *concept.alternative_labels))))
        and (counted is None or counted(graph.action_count(concept)))
    )


def _short(argument: str, text: str | None) -> str | None:
    if text is not None and len(text) > LONGEST_TEXT:
        raise BadInput(argument, text, f"give at most {LONGEST_TEXT} characters, not {len(text)}")
    return text


def _check_size(where: ActionWhere) -> None:
    count = 0
    waiting: list[Any] = [where]
    while waiting:
        inner = waiting.pop()
        count += 1
        if count > MOST_CONDITIONS:
            raise BadInput("where", "…", f"give at most {MOST_CONDITIONS} nested conditions")
        waiting.extend(inner.and_ or ())
        waiting.extend(inner.or_ or ())
        if inner.not_ is not None:
            waiting.append(inner.not_)
