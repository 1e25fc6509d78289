"""The search of a version that followed changes, against that of a graph built anew of the same sheets."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.kinds import NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, SheetText
from graph.paging import Window
from graph.search import changing, fulltext, later
from graph.search.changing import ChangingEntries
from graph.search.documents import named_nodes
from graph.search.entries import Entry
from graph.search.later import LaterEntries
from graph.search.query import read_query
from graph.search.thesaurus import load_thesaurus
from graph.search.writing import write_entries
from tests.graph.random_sheets import sheets as plain_sheets
from tests.graph.test_versions import Model, Registry, anew, change

NO_TEXT = SheetText()
QUERIES = (
    "jardin",
    "jardins partages",
    '"jardin partagé"',
    "« repas partagé » isolement",
    "isolement",
    "isolment",
    "isolement habitant",
    '"isolement des habitants"',
    "atelier",
    "ateleir cuisine",
    "lot",
    "culture sante",
    "emploi économie",
    "zzzz",
    "de la",
    "potager",
    "jardiner",
    "solitude repas",
    "+potager jardin",
    "où trouver un atelier bourguignon ?",
)
PREFIXES = ("a", "j", "is", "isole", "jardin par", "cul", "re", "z", "lo", "g", "e", "la", "s")
SAID = (
    "",
    "Un repas partagé au jardin",
    "Les jardins partagés, la cuisine",
    "L’isolement des habitants",
    "isolement, repas",
    "contre l’isolment",
    "Isolement et génération",
    "GENERATION, générations",
    "atelier atelier cuisine",
)

sheets = st.builds(
    replace,
    plain_sheets,
    title=st.sampled_from(("Atelier", "atelier", "Jardin", "Jardin partagé", "Isolement", "Un repas partagé", "Été")),
    structure=st.sampled_from(("Jardin", "Le Rionet", "le rionet", "Atelier partagé")),
    keywords=st.lists(st.sampled_from(("Culture", "CULTURE", "Jardin", "Viellissement", "Santé")), max_size=3).map(
        tuple
    ),
    text=st.builds(
        SheetText,
        summary=st.sampled_from(SAID),
        description=st.lists(st.sampled_from(SAID), max_size=4).map(". ".join),
        people=st.sampled_from(SAID),
    ),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Model]:
    """The sheets that there are, by key, in one version after the other."""
    now = {f"action:{number}": sheet for number, sheet in enumerate(draw(st.lists(sheets, max_size=9)), 1)}
    versions, following = [now], len(now) + 1
    for _ in range(draw(st.integers(1, 5))):
        now = dict(now)
        for key in draw(st.sets(st.sampled_from(sorted(now)), max_size=3)) if now else ():
            now.pop(key)
        for key in draw(st.sets(st.sampled_from(sorted(now)), max_size=2)) if now else ():
            now[key] = draw(sheets)
        for sheet in draw(st.lists(sheets, max_size=3)):
            now[f"action:{following}"] = sheet
            following += 1
        versions.append(now)
    return versions


def followed(versions: list[Model], *, searched: bool) -> tuple[KnowledgeGraph, KnowledgeGraph]:
    """The last version as one that followed all of them, and built anew. `searched`: from the first one on."""
    registry = Registry()
    registry.decide(versions[0].values())
    live = anew(versions[0], registry)
    for before, after in pairwise(versions):
        if searched:
            assert live.search
        live = live.changed(change(before, after, registry))
    return live, anew(versions[-1], registry)


def found(graph: KnowledgeGraph) -> dict[str, Any]:
    """What searches find and boxes offer, in values that two graphs of the same sheets share."""
    search = graph.search
    return {
        **{f"total of {query}": search.actions(query).total for query in QUERIES},
        **{f"actions of {query}": {graph.network.actions[n].key for n in search.matching(query)} for query in QUERIES},
        **{
            f"nodes of {query}": {hit.node.key for hit in search.search(query).page(Window()).items}
            for query in QUERIES
        },
        **{
            f"matches of {query}": [
                (action.key, search.matched(query, action)) for action in sorted(graph.actions, key=lambda a: a.key)
            ]
            for query in QUERIES
        },
        **{
            f"tiers of {query}": tiers(graph, query)
            for query in QUERIES
            if query not in ("isolment", "ateleir cuisine")
        },
        **{
            f"offered for {prefix} of {kinds}": [
                (one.text, one.node and one.node.key, one.actions) for one in search.suggest(prefix, kinds, first)
            ]
            for prefix in PREFIXES
            for kinds, first in ((tuple(NodeKind), 10), ((NodeKind.ACTION,), 2), ((NodeKind.STRUCTURE,), 1))
        },
        **{
            f"marked for {query}": [
                (one.field, one.fragments)
                for one in search.highlights(query, dict(enumerate(SAID)))  # type: ignore[arg-type]
            ]
            for query in QUERIES
        },
    }


def tiers(graph: KnowledgeGraph, query: str) -> dict[str, int]:
    """The quarter in which each hit scores that is told apart from others."""
    hits = graph.search.search(query).page(Window()).items
    return {hit.node.key: int(hit.score * 4) for hit in hits}


def ties(graph: KnowledgeGraph) -> Iterator[tuple[list[str], list[str]]]:
    """Hits of equal scores, as they stand and as they ought to."""
    nodes = [*named_nodes(graph.network), *graph.actions]
    rank = {node.key: place for place, node in enumerate(nodes)}
    for query in QUERIES:
        hits = graph.search.search(query).page(Window()).items
        for _, equal in groupby(hits, key=lambda hit: hit.score):
            keys = [hit.node.key for hit in equal]
            yield keys, sorted(keys, key=rank.__getitem__)


def agree(versions: list[Model], *, searched: bool) -> None:
    live, built = followed(versions, searched=searched)
    mine, expected = found(live), found(built)
    assert {what: value for what, value in mine.items() if value != expected[what]} == {}
    assert {what: expected[what] for what, value in mine.items() if value != expected[what]} == {}
    for stand, ought in ties(live):
        assert stand == ought


@settings(max_examples=30, deadline=None)
@given(versions=histories(), searched=st.booleans())
def test_a_search_that_followed_changes_finds_and_offers_what_one_built_anew_does(versions, searched):
    agree(versions, searched=searched)


@settings(max_examples=20, deadline=None)
@given(versions=histories(), ranked=st.sampled_from([1, 2, 4]))
def test_so_it_does_where_few_of_the_answers_are_ranked(versions, ranked):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fulltext, "RANKED", ranked)
        live, built = followed(versions, searched=True)
        mine, expected = found(live), found(built)
        assert {what for what in mine if mine[what] != expected[what] and not what.startswith("tiers")} == set()


def sheet_of(title: str, text: SheetText = NO_TEXT) -> Sheet:
    return Sheet(
        title=title,
        department="Lot",
        year=2020,
        structure="S",
        structure_department="Lot",
        status="En cours",
        dimension="",
        text=text,
    )


def test_the_comparison_notices_an_entry_that_went_and_is_still_counted(monkeypatch):
    jardin = sheet_of("Jardin", SheetText(summary="isolement"))
    versions = [{"action:1": jardin, "action:2": replace(jardin, title="Chorale")}, {"action:1": jardin}]
    agree(versions, searched=True)
    monkeypatch.setattr(ChangingEntries, "count", lambda self, field, term: self.written.count(field, term))
    with pytest.raises(AssertionError):
        agree(versions, searched=True)


def test_the_comparison_notices_an_entry_that_went_and_is_still_found(monkeypatch):
    jardin = sheet_of("Jardin", SheetText(summary="isolement"))
    versions = [{"action:1": jardin, "action:2": replace(jardin, title="Chorale")}, {"action:1": jardin}]
    monkeypatch.setattr(changing, "FrozenBitMap", lambda numbers: changing.NOTHING)
    with pytest.raises((AssertionError, KeyError)):
        agree(versions, searched=True)


def test_a_version_that_was_searched_stays_as_it_was_while_others_are_made_of_it():
    jardin = sheet_of("Jardin")
    first = {"action:1": jardin, "action:2": replace(jardin, title="Chorale")}
    second = {**first, "action:3": replace(jardin, title="Repas")}
    one, other = ({**second, f"action:{n}": replace(jardin, title=title)} for n, title in ((4, "Danse"), (5, "Danse")))
    registry = Registry()
    registry.decide(first.values())
    base = anew(first, registry)
    assert base.search.actions("danse").total == 0
    grown = base.changed(change(first, second, registry))
    forks = [grown.changed(change(second, after, registry)) for after in (one, other)]
    for graph, model in ((base, first), (grown, second), (forks[0], one), (forks[1], other)):
        assert found(graph) == found(anew(model, registry))


ENTRIES = st.builds(
    Entry,
    st.just(0),
    st.sampled_from(("action", "keyword")),
    st.sampled_from(("Jardin", "Jardin partagé", "Isolement")),
    st.lists(st.sampled_from(("Santé", "Jardin", "Repas partagé")), max_size=2).map(tuple),
    st.lists(st.sampled_from(SAID), max_size=3).map(tuple),
    st.just(1),
)


@settings(max_examples=40, deadline=None)
@given(drawn=st.lists(ENTRIES, min_size=1, max_size=8), query=st.sampled_from(QUERIES))
def test_later_entries_score_as_the_same_entries_written_at_once(drawn, query):
    entries = [entry._replace(number=number) for number, entry in enumerate(drawn)]
    written, later = write_entries(None, entries, len(entries)), LaterEntries(entries)
    whole = fulltext.FullText(ChangingEntries.of(written, None), load_thesaurus())  # type: ignore[arg-type]
    asked = whole.meaning(read_query(query)).query
    for kinds in (None, ("action",)):
        for sought, _, _ in whole._tiers(asked):
            best, _ = written.best(sought, kinds, 100)
            expected = dict(zip(*map(list, best), strict=True))
            got = dict(zip(*map(list, later.best(sought, kinds, written.rarity)), strict=True))
            assert got.keys() == expected.keys()
            assert set(later.gather(sought, kinds)) == set(written.gather(sought, kinds)) == expected.keys()
            assert later.number_of(sought, kinds) == written.number_of(sought, kinds) == len(expected)
            if not sought.query.phrases:
                assert got == pytest.approx(expected, rel=1e-4)


@given(
    said=st.lists(st.sampled_from((0, 1, 256, 65_536)), max_size=9), run=st.lists(st.sampled_from((1, 256)), min_size=1)
)
def test_a_run_of_numbers_is_found_at_numbers_and_not_between_their_bytes(said: list[int], run: list[int]):
    times = sum(said[at : at + len(run)] == run for at in range(len(said)))
    assert later._runs(array("I", said).tobytes(), array("I", run).tobytes()) == times
