"""The past of a sheet in the explorer, over a store in which a sheet was corrected and restored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from endpoint import EndpointSettings
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, SheetText
from graph.store import Store
from graph.store.journal import Cause
from server import create_app
from settings import Settings
from tests.past import lot_with_past
from tests.web.conftest import offline_page, serving
from tests.web.test_explorer import AXE, ask, settled

REPAS = "/actions/repas-oriental-2016-605f82fa"
LONG = "Nous avons tout fait. " * 30
NASTY = Sheet(
    title="<img src=x onerror='window.broken=1'>",
    department="Lot",
    structure="Centre",
    structure_department="Lot",
    keywords=("a", "b"),
    text=SheetText(summary=f"{LONG}Avant.{LONG}", description="mot " * 2_001),
)


def served(graph: KnowledgeGraph) -> Any:
    """The service over a graph, while the block runs."""
    return serving(create_app(Settings(endpoint=EndpointSettings(lag_seconds=60)), graph))


@pytest.fixture(scope="module")
def past_url(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with lot_with_past(tmp_path_factory.mktemp("past")) as graph, served(graph) as url:
        yield url


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite", create=True) as store:
        yield store


def unfolded(page: Page) -> Locator:
    """The past of the sheet on a page, once it is read."""
    page.locator("summary").filter(has_text="Historique").click()
    expect(page.locator(".past > li").first).to_be_visible()
    settled(page)
    return page.locator(".past > li")


def address(key: str) -> str:
    return f"/actions/{key.removeprefix('action:')}"


def test_the_past_is_read_when_it_is_unfolded_and_shows_what_changed_word_by_word(
    context: BrowserContext, past_url: str
) -> None:
    with offline_page(context, past_url, REPAS) as offline:
        page = offline.page
        settled(page)
        assert not [url for url in offline.asked if "history.graphql" in url]
        entries = unfolded(page)
        expect(entries).to_have_count(3)
        expect(entries.nth(0)).to_contain_text("Fiche importée\u202f: actions-lot.txt")
        expect(entries.nth(1)).to_contain_text("Fiche corrigée")
        expect(entries.nth(1).locator("q")).to_have_text("Le repas est un dîner.")
        assert entries.nth(1).locator("dt").all_inner_texts() == ["Mots clés associés à l’action", "Résumé"]
        assert entries.nth(1).locator("del").all_text_contents() == ["[retiré\u202f: repas]"]
        assert entries.nth(1).locator("ins").all_text_contents() == [
            "[ajouté\u202f: Solidarité]",
            "[ajouté\u202f: dîner]",
        ]
        assert entries.nth(2).locator("ins").all_text_contents() == ["[ajouté\u202f: repas]"]
        at = ask(past_url, '{ changes(after: "1", first: 1) { nodes { at } } }')["changes"]["nodes"][0]["at"]
        expect(entries.nth(1).locator("time")).to_have_attribute("datetime", at)
        expect(entries.nth(1).locator("time")).to_contain_text(" à ")


def test_unfolding_the_past_moves_nothing_above_it(context: BrowserContext, past_url: str) -> None:
    with offline_page(context, past_url, REPAS) as offline:
        page = offline.page
        settled(page)
        above = page.locator("h1, .sheet dt, .columns > div:last-child h2, summary h2")
        before = above.evaluate_all("all => all.map((one) => [one.offsetLeft, one.offsetTop])")
        entries = unfolded(page)
        expect(entries).to_have_count(3)
        after = above.evaluate_all("all => all.map((one) => [one.offsetLeft, one.offsetTop])")
        assert after[: len(before)] != []
        assert [place for place in before if place not in after] == []


def test_a_revision_has_an_address_and_shows_the_sheet_as_it_was(context: BrowserContext, past_url: str) -> None:
    with offline_page(context, past_url, REPAS) as offline:
        page = offline.page
        settled(page)
        unfolded(page).nth(1).get_by_role("link", name="révision 2").click()
        page.wait_for_url(f"**{REPAS}?revision=2")
        expect(page.locator("#then")).to_contain_text("La fiche telle qu’elle était le")
        expect(page.locator("#then")).to_contain_text("Fiche corrigée")
        sheet = page.locator(".sheet")
        expect(sheet).to_contain_text("d'un dîner oriental")
        expect(sheet).to_contain_text("Solidarité")
        assert page.title() == "Repas oriental (révision 2) – Maillage"
        page.get_by_role("link", name="Voir la fiche d’aujourd’hui").click()
        page.wait_for_url(f"**{REPAS}")
        expect(page.locator(".sheet").first).to_contain_text("d'un repas oriental")


def test_a_long_past_is_read_page_by_page(context: BrowserContext, store: Store) -> None:
    sheet = replace(NASTY, title="Repas")
    key = store.writer.add(sheet, Cause()).key
    for number in range(1, 45):
        changed = replace(sheet, text=SheetText(summary=f"Texte {number}."))
        store.writer.correct(key, changed, expected=number, cause=Cause())
    with served(KnowledgeGraph.from_store(store)) as url, offline_page(context, url, address(key)) as offline:
        settled(offline.page)
        entries = unfolded(offline.page)
        for count in (20, 40, 45):
            expect(entries).to_have_count(count)
            settled(offline.page)
            if count < 45:
                offline.page.get_by_role("button", name="La suite").click()
        expect(offline.page.get_by_role("button", name="La suite")).to_have_count(0)
        expect(entries.last.locator("ins")).to_have_text("[ajouté\u202f: 44]")


def test_hostile_and_long_texts_are_shown_as_text_around_what_changed(context: BrowserContext, store: Store) -> None:
    key = store.writer.add(NASTY, Cause()).key
    text = replace(NASTY.text, summary=f"{LONG}Après.{LONG}", description="autre " * 2_001)
    changed = replace(NASTY, title=f"{NASTY.title} !", keywords=("b", "a"), text=text)
    store.writer.correct(key, changed, expected=1, cause=Cause(None, NASTY.title))
    with served(KnowledgeGraph.from_store(store)) as url, offline_page(context, url, address(key)) as offline:
        page = offline.page
        settled(page)
        last = unfolded(page).last
        expect(last.locator("q")).to_have_text(NASTY.title)
        values = last.locator("dd")
        expect(values.nth(1)).to_have_text("Les mêmes valeurs, dans un autre ordre.")
        expect(values.nth(2)).to_contain_text("fait. [retiré\u202f: Avant][ajouté\u202f: Après].Nous")
        assert len(values.nth(2).inner_text()) < 250
        expect(values.nth(3)).to_contain_text("trop long pour être comparé")
        assert page.evaluate("window.broken") is None
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_withdrawn_sheet_is_found_at_its_revisions_and_only_there(context: BrowserContext, store: Store) -> None:
    key = store.writer.add(replace(NASTY, title="Fermée"), Cause()).key
    store.writer.add(replace(NASTY, title="Ouverte"), Cause())
    store.writer.withdraw(key, expected=1, cause=Cause())
    with served(KnowledgeGraph.from_store(store)) as url:
        with offline_page(context, url, f"{address(key)}?revision=1") as offline:
            expect(offline.page.get_by_role("heading", level=1)).to_have_text("Fermée")
            expect(offline.page.locator("#then")).to_contain_text("Elle a été retirée depuis.")
        with offline_page(context, url, f"{address(key)}?revision=2") as offline:
            expect(offline.page.get_by_role("heading", level=1)).to_have_text("Page introuvable")
        with offline_page(context, url, address(key)) as offline:
            expect(offline.page.get_by_role("heading", level=1)).to_have_text("Page introuvable")


def test_a_revision_of_which_nothing_is_kept_has_no_link(context: BrowserContext, store: Store) -> None:
    sheet = replace(NASTY, title="Repas")
    key = store.writer.add(replace(sheet, structure="Chez Marie"), Cause()).key
    store.writer.correct(key, sheet, expected=1, cause=Cause())
    store.erase("structure:lot-chez-marie", Cause())
    with served(KnowledgeGraph.from_store(store)) as url, offline_page(context, url, address(key)) as offline:
        settled(offline.page)
        entries = unfolded(offline.page)
        assert [entry.get_by_role("link").count() for entry in entries.all()] == [0, 1]


def test_the_address_of_an_old_id_becomes_that_of_the_sheet_to_which_it_leads(
    context: BrowserContext, store: Store
) -> None:
    store.merge([replace(NASTY, title="Repas")], "a.txt")
    store.merge([replace(NASTY, title="Repass")], "b.txt")
    store.merge([replace(NASTY, title="Repas")], "b.txt")
    ((old, new),) = store.aliases().items()
    with served(KnowledgeGraph.from_store(store)) as url, offline_page(context, url, "/") as offline:
        page = offline.page
        page.goto(f"{url}{address(old)}?x=1#origin")
        expect(page.get_by_role("heading", level=1)).to_have_text("Repas")
        assert page.url == f"{url}{address(new)}#origin"
        page.go_back()
        page.wait_for_url(f"{url}/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_past_of_a_sheet_and_it_fits_a_narrow_screen(
    scheme: Any, browser: Browser, past_url: str
) -> None:
    with browser.new_context(color_scheme=scheme, bypass_csp=True, viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        broken = []
        for path in (REPAS, f"{REPAS}?revision=2"):
            page.goto(f"{past_url}{path}")
            settled(page)
            if path == REPAS:
                unfolded(page)
            page.add_script_tag(path=AXE)
            found = page.evaluate("axe.run().then(({ violations }) => violations)")
            broken += [(path, v["id"], [n["html"] for n in v["nodes"]][:3]) for v in found]
            assert page.evaluate("document.documentElement.scrollWidth") == 360, path
        assert broken == []
