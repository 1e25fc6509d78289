"""Which lines of a sheet belong to which field.

Where the labels of a sheet are those of the form, each once and in order, they are the labels. Otherwise some
line that equals a label is text, or a label is missing, and the cheapest reading is sought: the lines are
read in the order of the form, and each oddity has a cost.

    1  a line that equals a label, the mark of a sheet or the header of a table is text
    2  a line does not fit where it stands: no `- value` in a list, a second value where there is one
    3  a label that is always printed is missing

Where two readings cost the same, the first line that can be the label is the label. What other lines could be the
label, in a reading as good or nearly (`NEARLY`), is found too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, chain, product

from graph.fields import FORM, Holds
from graph.ingest.form import ACTIONS, CODES, FIELDS_OF_CODE, OPENINGS, is_opening, item_of, opening_of

HEAD = -1
"""The place of lines before the first label."""

_FALSE_LABEL = 1
_MISFIT = 2
MISSING = 3
"""The cost of a label that is missing."""
_INFINITE = 1 << 60

NEARLY = _FALSE_LABEL
"""How much more than the cheapest a reading may cost and still be nearly as good: one oddity of the smallest kind. The
costs rank kinds of oddities, so that a difference of one between two readings is no evidence for either."""


@dataclass(frozen=True, slots=True)
class Span:
    """The lines of one field: `label` is the index of its label, None where that is missing; content in [start, end).

    `field` is a place in `FORM`, or `HEAD`.
    """

    field: int
    label: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """Lines that could be the label of a field, in a reading as good or nearly: the one taken, None where none is."""

    field: int
    label: int | None
    others: tuple[int, ...]


# The forms with and without each label that is printed only where it is filled, by the codes of their labels.
_PRINTED = product(*([(index,), ()] if field.optional else [(index,)] for index, field in enumerate(FORM)))
_WHOLE_FORMS = {
    tuple(CODES[FORM[index].label] for index in fields): fields for fields in (tuple(chain(*some)) for some in _PRINTED)
}


def plain_spans(codes: list[int]) -> list[Span] | None:
    """The fields of a sheet whose labels are those of the form, once each and in order; else None."""
    at = [index for index, code in enumerate(codes) if code]
    fields = _WHOLE_FORMS.get(tuple([codes[index] for index in at]))
    if fields is None:
        return None
    ends = [*at[1:], len(codes)]
    spans = [Span(HEAD, None, 0, at[0])] if at[0] else []
    spans.extend(Span(field, label, label + 1, end) for field, label, end in zip(fields, at, ends, strict=True))
    return spans


# The cheapest reading is a shortest path through states. A state is a field and whether its one value was
# read; the states of a field come before those of the fields that follow it.
_STATES = [(HEAD, False)]
for _index, _field in enumerate(FORM):
    _STATES += [(_index, False), (_index, True)] if _field.holds is Holds.ONE else [(_index, False)]
_ENTRY = {field: state for state, (field, full) in enumerate(_STATES) if not full}

# What a line is to the states: a value, an opening, or neither. An opening fits one list or several, so each kind of
# line, named by an example of it, has its own table.
_PLAIN, _ITEM = "", "- value"
_KINDS = (_PLAIN, _ITEM, *OPENINGS)


def _step(state: int, kind: str, reads_as_label: bool) -> tuple[int, int]:
    """The state after a line of content, and its cost."""
    field, full = _STATES[state]
    holds = None if field == HEAD else FORM[field].holds
    fits = not full and (holds is Holds.TEXT or (holds and (kind == _ITEM or is_opening(kind, FORM[field]))))
    false_label = (_FALSE_LABEL if holds is Holds.TEXT else _MISFIT) if reads_as_label else 0
    return state + bool(fits and holds is Holds.ONE), false_label + (0 if fits else _MISFIT)


_STEPS = {
    (kind, reads_as_label): [_step(state, kind, reads_as_label) for state in range(len(_STATES))]
    for kind in _KINDS
    for reads_as_label in (False, True)
}
# For each kind of line: the states that it does not fit, and the fields that it may begin, with the state after it.
_STUCK = {kind: [state for state, (_, cost) in enumerate(_STEPS[kind, False]) if cost] for kind in _KINDS}
_BEGINS = {
    kind: [(field, _STEPS[kind, False][entry][0]) for field, entry in _ENTRY.items() if entry not in _STUCK[kind]]
    for kind in _KINDS
}
# For each field: the cost of passing its label, its state on entry, and the state after its one value (or again
# that on entry).
_PASSING = [
    (0 if field.optional else MISSING, _ENTRY[index], _ENTRY[index] + (field.holds is Holds.ONE))
    for index, field in enumerate(FORM)
]


NOTHING_READ: list[int] = [0] + [_INFINITE] * (len(_STATES) - 1)
"""The cost of each state before the first line."""


def costs_after(costs: list[int], lines: Iterable[str], codes: Iterable[int]) -> list[int]:
    """The cost of each state after more lines."""
    for line, code in zip(lines, codes, strict=True):
        costs, _, _ = _read_line(costs, _kind_of(line), code)
    return costs


def cost_of(costs: list[int]) -> int:
    """The cost of the cheapest reading of a sheet that ends with these costs."""
    return _pass_labels(costs)[0][-1]


def cheapest_spans(lines: list[str], codes: list[int]) -> tuple[list[Span], list[Doubt]]:
    """The fields of any sheet, by the cheapest reading, and its doubts. Time and memory are linear in the lines."""
    costs = NOTHING_READ
    # For each line: the state before it on the cheapest way to each state, and the states, as bits, whose label it is.
    ways: list[tuple[bytes, int]] = []
    before: dict[int, list[int]] = {}
    for index, (line, code) in enumerate(zip(lines, codes, strict=True)):
        if code:
            before[index] = costs
        costs, origins, labels = _read_line(costs, _kind_of(line), code)
        ways.append((origins, labels))
    passed, sources = _pass_labels(costs)
    state = sources[-1]
    path: list[tuple[int, bool]] = []
    for origins, labels in reversed(ways):
        path.append((_STATES[state][0], bool(labels >> state & 1)))
        state = origins[state]
    spans = _spans_of(path[::-1])
    near = _labels_within(passed[-1] + NEARLY, before, lines, codes)
    return spans, list(_doubts(spans, near))


def _kind_of(line: str) -> str:
    return opening_of(line) if item_of(line) is None else _ITEM


def _read_line(costs: list[int], kind: str, code: int) -> tuple[list[int], bytes, int]:
    """After one more line: the cost of each state, the state before it, and (as bits) if it is a label."""
    after = [_INFINITE] * len(costs)
    origins = bytearray(len(costs))
    steps = _STEPS[kind, code > 0]
    for state, (next_state, step) in enumerate(steps):
        cost = costs[state] + step
        if cost < after[next_state]:
            after[next_state] = cost
            origins[next_state] = state
    labels = 0
    if 0 < code < ACTIONS:
        passed, sources = _pass_labels(costs)
        for field in FIELDS_OF_CODE[code]:
            state = _ENTRY[field]
            if passed[field] < after[state]:
                after[state] = passed[field]
                origins[state] = sources[field]
                labels |= 1 << state
    elif not code:
        # The line may belong to a later field whose label is missing.
        stuck = [_INFINITE] * len(costs)
        for state in _STUCK[kind]:
            stuck[state] = costs[state]
        passed, sources = _pass_labels(stuck)
        for field, state in _BEGINS[kind]:
            cost = passed[field] + MISSING
            if cost < after[state]:
                after[state] = cost
                origins[state] = sources[field]
    return after, bytes(origins), labels


def _pass_labels(costs: list[int]) -> tuple[list[int], list[int]]:
    """For each field, then for the end of the form: the least cost before its label, and the state left."""
    cost, source = costs[0], 0
    passed, sources = [cost], [0]
    for missing, entry, full in _PASSING:
        cost += missing
        if costs[entry] < cost:
            cost, source = costs[entry], entry
        if costs[full] < cost:
            cost, source = costs[full], full
        passed.append(cost)
        sources.append(source)
    return passed, sources


def _spans_of(path: list[tuple[int, bool]]) -> list[Span]:
    """The spans of a path: for each line, its field and whether it is that field's label."""
    spans: list[Span] = []
    for index, (field, is_label) in enumerate(path):
        if spans and spans[-1].field == field and not is_label:
            spans[-1] = Span(field, spans[-1].label, spans[-1].start, index + 1)
        else:
            spans.append(Span(field, index if is_label else None, index + is_label, index + 1))
    return spans


# The cost of passing the labels before each field, and before the end.
_PASSED = list(accumulate((cost for cost, _, _ in _PASSING), initial=0))


def _labels_within(
    cost: int, before: dict[int, list[int]], lines: list[str], codes: list[int]
) -> Iterator[tuple[int, int]]:
    """Each line with each field whose label it is in some reading of at most this cost, from the last line on."""
    rest = [_PASSED[-1] - _PASSED[field + 1] for field, _ in _STATES]
    for index in reversed(range(len(lines))):
        code = codes[index]
        if 0 < code < ACTIONS:
            passed, _ = _pass_labels(before[index])
            for field in FIELDS_OF_CODE[code]:
                if passed[field] + rest[_ENTRY[field]] <= cost:
                    yield index, field
        rest = _cost_from(rest, _kind_of(lines[index]), code)


def _cost_from(rest: list[int], kind: str, code: int) -> list[int]:
    """The least cost from each state to the end, from before a line, where `rest` is that from after it."""
    result = [rest[after] + cost for after, cost in _STEPS[kind, code > 0]]
    entered = [_INFINITE] * (len(FORM) + 1)
    for field in FIELDS_OF_CODE[code]:
        entered[field] = _PASSED[field] + rest[_ENTRY[field]]
    for field, after in () if code else _BEGINS[kind]:
        entered[field] = _PASSED[field] + MISSING + rest[after]
    least = [*accumulate(reversed(entered), min)][::-1]
    for state in range(len(_STATES)) if code else _STUCK[kind]:
        later = _STATES[state][0] + 1
        result[state] = min(result[state], least[later] - _PASSED[later])
    return result


def _doubts(spans: list[Span], near: Iterable[tuple[int, int]]) -> Iterator[Doubt]:
    taken = {span.field: span.label for span in spans}
    others: dict[int, list[int]] = {}
    for index, field in near:
        if taken.get(field) != index:
            others.setdefault(field, []).append(index)
    for field in sorted(others):
        yield Doubt(field, taken.get(field), tuple(others[field][::-1]))
