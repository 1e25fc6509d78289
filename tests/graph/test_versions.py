"""A graph that follows changes against one built anew of the sheets that a dictionary says there are."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from graph import indexes
from graph.change import Change
from graph.kinds import CONCEPT_KINDS, KINDS, NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.mentions.postings import Naming
from graph.merged import Merged
from graph.model import Action, Origin, Sheet, SheetText, concept_key, light_row, structure_key
from graph.paging import Window
from graph.store import Head, keyed
from graph.vocabulary import load_vocabulary
from tests.graph import answers
from tests.graph.random_sheets import sheets as plain_sheets

VOCABULARY = load_vocabulary()
Model = dict[str, Sheet]
START = Head()

sheets = st.builds(
    replace,
    plain_sheets,
    department=st.sampled_from(("Lot", "Ain", "LOT", "Le Lot", "Zone Nord", "")),
    structure_department=st.sampled_from(("Lot", "Ain", "ain", "46", "Gers", "Zone nord")),
    structure=st.sampled_from(("A", "B", "C", "c", "Le Rionet")),
    keywords=st.lists(
        st.sampled_from(("Culture", "CULTURE", "Santé", "Viellissement", "Jardin", "jardin", "Neuf")), max_size=3
    ).map(tuple),
    initiators=st.lists(st.sampled_from(("Habitants", "habitants", "Le centre social")), max_size=2).map(tuple),
    text=st.builds(
        SheetText,
        summary=st.sampled_from(
            (
                "",
                "Un repas partagé.",
                "Des légumes du jardin.",
                "Avec la Caf, l'association Fil Bleu et le SMICTOM.",
                "Le repas du Fil Bleu, du SMICTOM et de l'association FIL BLEU.",
                "Au jardin du Fil Bleu.",
            )
        ),
        people=st.sampled_from(("", "Douze")),
        end_reason=st.sampled_from((None, "", "Fini")),
    ),
    origin=st.sampled_from((None, Origin("page.txt", 3, 9))),
)
corrections = st.sampled_from(
    ("title", "year", "structure", "structure_department", "department", "keywords", "status", "text")
)


UNKNOWN = "Non précisé"
DEPARTMENTS = {
    **dict.fromkeys(("Lot", "LOT", "Le Lot", "46"), "Lot"),
    **dict.fromkeys(("Ain", "ain"), "Ain"),
    **{name: name for name in ("Gers", "Zone Nord", "Zone nord", UNKNOWN)},
}
"""The department of each spelling."""


class Registry:
    """What a store decides to show: the first label that a key came with, for ever."""

    def __init__(self) -> None:
        self.labels: dict[str, str] = {}

    def decide(self, written: Iterable[Sheet]) -> dict[str, str]:
        """The labels of what these sheets print."""
        return {key: self.labels.setdefault(key, label) for sheet in written for key, label in shown(sheet)}


def shown(sheet: Sheet) -> Iterable[tuple[str, str]]:
    """The key and the label of each concept and structure that a sheet prints."""
    home = sheet.structure_department or sheet.department or UNKNOWN
    for place in (sheet.department or sheet.structure_department or UNKNOWN, home):
        yield concept_key(NodeKind.DEPARTMENT, DEPARTMENTS[place]), place
    yield structure_key(sheet.structure, DEPARTMENTS[home]), sheet.structure
    for kind in CONCEPT_KINDS:
        value = getattr(sheet, KINDS[kind].attribute)
        for printed in (value,) if isinstance(value, str) else value:
            if printed.strip():
                label = VOCABULARY.label(kind, printed)
                yield concept_key(kind, label), label


def anew(model: Model, registry: Registry) -> KnowledgeGraph:
    """The graph of the sheets, built at once."""
    return KnowledgeGraph.from_pairs(list(model.items()), VOCABULARY, labels=registry.labels)


def change(before: Model, after: Model, registry: Registry, head: Head = START) -> Change:
    """What makes the one the other."""
    gone = [key for key in before if before[key] is not after.get(key)]
    new = [key for key in after if after[key] is not before.get(key)]
    labels = registry.decide(after[key] for key in new)
    added = [(light_row(key, after[key], number(key)), after[key].text, after[key].origin) for key in new]
    return Change(frozenset(gone), added, head, labels)


def number(key: str) -> int:
    return int(key.removeprefix("action:"))


Part = Callable[[KnowledgeGraph], Any]
CHEAP: Sequence[Part] = (answers.records, answers.selections)
ALL: Sequence[Part] = (
    *CHEAP,
    answers.similar,
    answers.walks,
    answers.analyses,
    answers.central,
    answers.view,
    answers.searches,
    answers.named,
)


def agree(live: KnowledgeGraph, built: KnowledgeGraph, parts: Sequence[Part]) -> None:
    for part in parts:
        different = difference(part(live), part(built), part.__name__)
        if different:
            raise AssertionError(different)


def difference(mine: Any, expected: Any, where: str) -> str:
    """The first place where two answers differ, and how; "" where they are equal."""
    if mine == expected:
        return ""
    if isinstance(mine, dict) and isinstance(expected, dict) and mine.keys() == expected.keys():
        return next(filter(None, (difference(mine[key], expected[key], f"{where}, {key}") for key in mine)))
    if isinstance(mine, list | tuple) and isinstance(expected, list | tuple) and len(mine) == len(expected):
        pairs = enumerate(zip(mine, expected, strict=True))
        return next(filter(None, (difference(*pair, f"{where}[{place}]") for place, pair in pairs)))
    return f"{where}: {mine!r}, and built anew {expected!r}"


class Versions(RuleBasedStateMachine):
    """Sheets are submitted, corrected, withdrawn and restored; every tenth time everything is compared, and what a
    version answered stays what it answers.
    """

    every = 10
    keys = Bundle("keys")

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        self.next = 1
        self.registry = Registry()
        self.model: Model = {}
        self.withdrawn: Model = {}
        self.marks: list[tuple[int, Any, Any]] = []
        self.places: list[tuple[Action, Any]] = []
        self.earlier: list[tuple[KnowledgeGraph, Model, Any]] = []
        self.live = anew({}, self.registry)

    @initialize(first=st.lists(sheets, max_size=8), target=keys)
    def begins(self, first: list[Sheet]) -> Any:
        self.model = {self.key(): sheet for sheet in first}
        self.registry.decide(self.model.values())
        self.live = anew(self.model, self.registry)
        return next(iter(self.model), "action:0")

    def key(self) -> str:
        self.next += 1
        return f"action:{self.next - 1}"

    def publish(self, after: Model) -> None:
        head = Head(self.live.position + 1)
        made = self.live.changed(change(self.model, after, self.registry, head))
        assert made.head is head
        if self.steps % 7 == 0:
            self.earlier = [*self.earlier[-2:], (self.live, self.model, answers.records(self.live))]
        self.live, self.model = made, after

    @rule(target=keys, sheet=sheets)
    def submit(self, sheet: Sheet) -> str:
        key = self.key()
        self.publish({**self.model, key: sheet})
        return key

    @rule(key=keys, sheet=sheets, fields=st.sets(corrections, min_size=1, max_size=3))
    def correct(self, key: str, sheet: Sheet, fields: set[str]) -> None:
        if key in self.model:
            corrected = replace(self.model[key], **{name: getattr(sheet, name) for name in fields})
            self.publish({**self.model, key: corrected})

    @rule(key=keys)
    def withdraw(self, key: str) -> None:
        if key in self.model:
            self.withdrawn[key] = self.model[key]
            self.publish({other: sheet for other, sheet in self.model.items() if other != key})

    @rule(key=keys)
    def restore(self, key: str) -> None:
        if key in self.withdrawn:
            self.publish({**self.model, key: self.withdrawn.pop(key)})

    @rule(drawn=st.lists(sheets, min_size=1, max_size=4), gone=st.lists(keys, max_size=3), sheet=sheets)
    def several(self, drawn: list[Sheet], gone: list[str], sheet: Sheet) -> None:
        after = {key: value for key, value in self.model.items() if key not in gone[:2]}
        self.withdrawn.update((key, self.model[key]) for key in gone[:2] if key in self.model)
        after.update((key, replace(sheet)) for key in gone[2:] if key in self.model)
        self.publish({**after, **{self.key(): each for each in drawn}})

    @rule(keys_of=st.integers(0, len(answers.ORDERS) - 1), data=st.data())
    def mark(self, keys_of: int, data: st.DataObject) -> None:
        """Remember where an action stands, to go on from there in a later version."""
        if self.live.actions:
            action = data.draw(st.sampled_from(self.live.actions))
            order = self.live.select().sorted(answers.ORDERS[keys_of])
            self.marks = [*self.marks[-20:], (keys_of, order.place_of(action), action.key)]
            ranked = self.live.similarity.similar([action], by=[NodeKind.KEYWORD]).page(Window(first=1)).items
            places = ((action, (each.score, each.rarity, each.action.key)) for each in ranked)
            self.places = [*self.places[-5:], *places]

    @rule(data=st.data())
    def fork(self, data: st.DataObject) -> None:
        """Another change of an earlier version: as of then, one sheet less and one more."""
        if self.earlier:
            graph, model, _ = data.draw(st.sampled_from(self.earlier))
            after = {**dict(list(model.items())[1:]), self.key(): data.draw(sheets)}
            other = graph.changed(change(model, after, self.registry))
            agree(other, anew(after, self.registry), CHEAP if self.steps % self.every else ALL)

    @invariant()
    def agrees(self) -> None:
        self.steps += 1
        built = anew(self.model, self.registry)
        agree(self.live, built, CHEAP if self.steps % self.every else ALL)
        for keys_of, mark, key in self.marks:
            self.go_on(built, keys_of, mark, key)
        if self.steps % self.every == 0:
            self.rank_on(built)
            self.numbers()

    def go_on(self, built: KnowledgeGraph, keys_of: int, mark: Any, key: str) -> None:
        """A cursor of an earlier version goes on where it stood, in both."""
        for window in (Window(first=3, after=mark), Window(last=3, before=mark)):
            pages = [graph.select().sorted(answers.ORDERS[keys_of]).page(window) for graph in (self.live, built)]
            mine, expected = ((answers.plain(p.items, self.live), p.has_next, p.has_previous) for p in pages)
            assert mine == expected, key

    def rank_on(self, built: KnowledgeGraph) -> None:
        """A place in a ranking of an earlier version, too."""
        for action, place in self.places:
            here, there = self.live.get(action.key), built.get(action.key)
            if isinstance(here, Action) and isinstance(there, Action):
                pages = [
                    graph.similarity.similar([one]).page(Window(first=2, after=place))
                    for graph, one in ((self.live, here), (built, there))
                ]
                assert [each.action.key for each in pages[0].items] == [each.action.key for each in pages[1].items]

    def numbers(self) -> None:
        actions = self.live.actions
        found = self.live.network.numbers[[action.ordinal for action in actions]] if actions else []
        assert [int(each) for each in found] == [number(action.key) for action in actions]

    def teardown(self) -> None:
        for place, (graph, model, told) in enumerate(self.earlier):
            agree(graph, anew(model, self.registry), CHEAP if place else ALL)
            assert difference(answers.records(graph), told, "an earlier version") == ""


def prove(machine: type[Versions], examples: int, steps: int) -> None:
    # A failure is shown as it was met: making it smaller takes minutes. One is enough: several come as a group, which
    # is no AssertionError.
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    bounds = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, phases=phases, report_multiple_bugs=False
    )
    run_state_machine_as_test(machine, settings=bounds)


def test_a_graph_that_followed_changes_answers_as_one_built_anew():
    prove(Versions, examples=20, steps=50)


def test_a_bitmap_that_a_change_forgot_is_noticed(monkeypatch: pytest.MonkeyPatch):
    flipped = indexes._flipped

    def forgetful(before: Any, flips: Iterable[Any]) -> Any:
        kept = [flip for flip in flips if flip[0] != "keyword:culture"]
        return flipped(before, kept)

    monkeypatch.setattr(indexes, "_flipped", forgetful)
    with pytest.raises((AssertionError, LookupError)):
        prove(Versions, examples=20, steps=20)


def test_an_order_that_keeps_what_is_gone_is_noticed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Merged, "without", lambda order, ids: order)
    with pytest.raises(AssertionError):
        prove(Versions, examples=20, steps=20)


def test_a_body_that_keeps_the_sheets_that_are_gone_is_noticed(monkeypatch: pytest.MonkeyPatch):
    exchanged = Naming.exchanged
    monkeypatch.setattr(Naming, "exchanged", lambda naming, gone, come: exchanged(naming, Naming(), come))
    with pytest.raises(AssertionError):
        prove(Versions, examples=20, steps=20)


@pytest.mark.prove
def test_a_graph_that_followed_ten_thousand_changes_answers_as_one_built_anew():
    prove(Versions, examples=100, steps=100)


def test_a_version_goes_with_its_last_reader_without_waiting_for_the_garbage_collector():
    plain = Sheet(title="Café", structure="A", department="Lot", structure_department="Lot")
    registry, model = Registry(), dict(keyed([replace(plain, year=year) for year in range(2010, 2019)]))
    graph = anew(model, registry).changed(Change(frozenset(), (), Head(1)))
    for part in ALL:
        part(graph)
    parts = (graph, graph.orders, graph.similarity, graph.filters, graph.search, graph.search._actions)
    read = [weakref.ref(each) for each in parts]
    del parts
    gc.disable()
    try:
        graph = graph.changed(Change(frozenset(), (), Head(2)))
        assert [each() for each in read] == [None] * len(read)
    finally:
        gc.enable()


def test_a_graph_that_another_is_built_anew_for_goes_too():
    plain = Sheet(title="Café", structure="A", department="Lot", structure_department="Lot")
    graph = KnowledgeGraph.from_sheets([replace(plain, year=year) for year in range(2010, 2019)])
    # What is kept for good is not among what the collector looks through: in a circle it would stay for ever.
    graph.prepare()
    for part in ALL:
        part(graph)
    parts = (graph, graph.orders, graph.similarity, graph.filters, graph.search, graph.bodies, graph.analysis)
    read = [weakref.ref(each) for each in parts]
    del parts, graph
    assert [each() for each in read] == [None] * len(read)


def test_an_old_key_gives_the_action_that_it_leads_to():
    model = {"action:kept": Sheet(title="Café", structure="A", department="Lot", structure_department="Lot")}
    graph = anew(model, Registry())
    assert graph.get("action:old") is None
    graph = graph.changed(Change(frozenset(), (), Head(1), aliases={"action:old": "action:kept"}))
    assert graph.get("action:old") is graph.get("action:kept") is not None
    graph = graph.changed(Change(frozenset({"action:kept"}), (), Head(2)))
    assert graph.get("action:old") is None
