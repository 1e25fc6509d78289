"""The explorer in a browser: what a reader does on each page, against what the API says."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphql import parse, validate
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, SheetText, StructurePlace, action_key
from graph.store import Store
from schema import schema
from tests.web.conftest import offline_page, serving
from web.explorer import QUERIES

AXE = Path(__file__).parent / "vendor" / "axe-core-4.10.3" / "axe.min.js"
GOUT = "action:le-gout-de-la-migration-2017-85fb7579"
REPAS = "action:repas-oriental-2016-605f82fa"
PROJECT = "Un covoiturage solidaire entre habitants pour aller chez le médecin"
PAGES = {
    "list": "/",
    "search": "/?q=isolement&motcle=intergenerationnel",
    "nothing found": "/?q=introuvablement",
    "other words": "/?q=cuisne+migrants+Cantal",
    "action": "/actions/repas-oriental-2016-605f82fa",
    "centre": "/centres/lot-arts-scenes-et-compagnie",
    "keyword": "/mots-cles/mobilite-transport",
    "department": "/departements/lot",
    "region": "/regions/occitanie",
    "body": "/organismes/cauvaldor",
    "action that names bodies": "/actions/le-gout-de-la-migration-2017-85fb7579",
    "graph": "/graphe",
    "surroundings": "/graphe?autour=keyword:culture",
    "figures": "/chiffres",
    "project": "/projet",
}
VARIABLES: dict[str, dict[str, Any]] = {
    "action": {"id": REPAS},
    "history": {"id": REPAS},
    "revision": {"id": REPAS, "revision": 1},
    "similar": {"id": REPAS, "measure": "JACCARD", "by": ["KEYWORD", "PARTNER", "PUBLIC", "TERRITORY"]},
    "mentions": {"id": GOUT},
    "lineage": {"id": GOUT},
    "body": {"id": "body:cauvaldor"},
    "structure": {"id": "structure:lot-arts-scenes-et-compagnie"},
    "concept": {"id": "keyword:culture"},
    "graph_actions": {"first": 100},
    "neighbourhood": {"id": "keyword:culture", "depth": 2, "first": 100},
    "path": {"from": REPAS, "to": "keyword:culture"},
    "suggest": {"prefix": "mob"},
    "project": {"text": PROJECT},
}


def ask(server_url: str, query: str, variables: dict[str, Any] | None = None) -> Any:
    """The data of an answer of the endpoint; fails on an error."""
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
    request = urllib.request.Request(
        f"{server_url}/graphql", body, {"content-type": "application/json", "accept": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        told = json.load(answer)
    assert "errors" not in told
    return told["data"]


def settled(page: Page) -> None:
    """Waits until nothing on the page is busy."""
    expect(page.locator("[aria-busy]")).to_have_count(0, timeout=20_000)


def titles(page: Page) -> list[str]:
    return page.locator(".results .card-title").all_inner_texts()


@pytest.fixture
def fresh(context: BrowserContext) -> Iterator[Page]:
    """A page without a watch on its errors, for what goes wrong on purpose."""
    page = context.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("path", sorted(QUERIES.glob("*.graphql")), ids=lambda path: path.stem)
def test_each_query_is_valid_and_the_endpoint_accepts_it(path: Path, server_url: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert validate(schema._schema, parse(text)) == []
    assert ask(server_url, text, VARIABLES.get(path.stem))


def test_the_list_shows_every_action_newest_first(context: BrowserContext, server_url: str) -> None:
    told = ask(server_url, "{ actions(first: 20) { totalCount nodes { title } } }")["actions"]
    with offline_page(context, server_url, "/") as offline:
        expect(offline.page.locator("#count")).to_have_text(f"{told['totalCount']} actions")
        settled(offline.page)
        assert titles(offline.page) == [node["title"] for node in told["nodes"]]


def test_a_search_finds_what_the_api_finds_and_marks_it(context: BrowserContext, server_url: str) -> None:
    told = ask(server_url, '{ actions(search: "isolement") { totalCount nodes { title } } }')["actions"]
    with offline_page(context, server_url, "/") as offline:
        page = offline.page
        page.get_by_role("combobox", name="Chercher dans les actions").fill("isolement")
        page.get_by_role("combobox", name="Chercher dans les actions").press("Enter")
        expect(page.locator("#count")).to_contain_text(f"{told['totalCount']} actions")
        settled(page)
        assert titles(page) == [node["title"] for node in told["nodes"]]
        expect(page.locator("mark").first).to_have_text(re.compile("^isol", re.IGNORECASE))
        assert page.url.endswith("/?q=isolement")


def test_an_excerpt_marks_each_match_that_stands_in_it(context: BrowserContext, server_url: str) -> None:
    [first, *_] = ask(
        server_url,
        '{ actions(search: "personnes isolées") { edges { highlights { field fragments { before text after } } } } }',
    )["actions"]["edges"]
    fragment = next(each for each in first["highlights"] if each["field"] != "title")["fragments"][0]
    with offline_page(context, server_url, "/?q=personnes+isol%C3%A9es") as offline:
        page = offline.page
        settled(page)
        excerpt = page.locator("article p.summary").first
        assert excerpt.inner_text() == f"… {fragment['before']}{fragment['text']}{fragment['after']} …".replace(
            "\n", " "
        )
        assert excerpt.locator("mark").all_inner_texts() == ["personnes", "isolées"]


def test_a_project_finds_the_actions_that_resemble_it_and_says_why(context: BrowserContext, server_url: str) -> None:
    told = ask(
        server_url,
        "query ($text: String!) { similarActions(first: 10, text: $text) {"
        " edges { node { title } reasons { term } } } }",
        {"text": PROJECT},
    )["similarActions"]["edges"]
    with offline_page(context, server_url, "/projet") as offline:
        page = offline.page
        page.get_by_label("Ce que vous voulez faire").fill(f"  {PROJECT}\n")
        page.get_by_role("button", name="Trouver des actions semblables").click()
        found = page.locator("#similar li")
        expect(found).to_have_count(len(told))
        settled(page)
        assert found.locator("a").all_inner_texts() == [edge["node"]["title"] for edge in told]
        assert told[0]["reasons"][0]["term"] in found.first.inner_text()
        page.get_by_label("Ce que vous voulez faire").fill("xyzzy")
        page.get_by_label("Ce que vous voulez faire").press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#similar")).to_have_text("Aucune fiche n’emploie ces mots. Essayez-en d’autres.")


def test_a_suggestion_taken_with_the_keyboard_becomes_a_filter(context: BrowserContext, server_url: str) -> None:
    with offline_page(context, server_url, "/") as offline:
        page = offline.page
        box = page.get_by_role("combobox", name="Chercher dans les actions")
        box.press_sequentially("mobilité /")
        option = page.get_by_role("option").filter(has_text="mobilité / transport").first
        expect(option).to_be_visible()
        for _ in range(page.get_by_role("option").count()):
            box.press("ArrowDown")
            if option.get_attribute("aria-selected") == "true":
                break
        box.press("Enter")
        expect(page.locator(".chip")).to_contain_text("mobilité / transport")
        expect(page.locator("#count")).to_have_text("4 actions")
        assert page.url.endswith("/?motcle=mobilite-transport")


def test_a_facet_keeps_its_other_values_and_changes_the_other_facets(context: BrowserContext, server_url: str) -> None:
    where = 'where: { keywords: { containsAny: ["keyword:culture"] } }'
    told = ask(server_url, f"{{ actions({where}) {{ totalCount facets {{ field values {{ value count }} }} }} }}")
    expected = {
        f"value-{facet['field']}-{value['value']}": str(value["count"])
        for facet in told["actions"]["facets"]
        if facet["field"] in ("YEAR", "DIMENSION")
        for value in facet["values"]
    }
    with offline_page(context, server_url, "/") as offline:
        page = offline.page
        page.get_by_label("Culture", exact=False).first.check()
        expect(page.locator("#count")).to_have_text(f"{told['actions']['totalCount']} actions")
        settled(page)
        for name, count in expected.items():
            box = page.locator(f'[id="{name}"]')
            assert box.locator("xpath=..").locator(".tally").text_content() == count
        assert page.evaluate("document.activeElement.id") == "value-KEYWORD-keyword:culture"
        page.get_by_role("button", name="Retirer").click()
        expect(page.locator("#count")).to_have_text("16 actions")


def test_the_back_button_restores_each_step(context: BrowserContext, server_url: str) -> None:
    with offline_page(context, server_url, "/") as offline:
        page = offline.page
        page.locator('[id="value-KEYWORD-keyword:culture"]').check()
        expect(page.locator("#count")).to_have_text("6 actions")
        page.locator('[id="value-YEAR-2019"]').check()
        expect(page.locator("#count")).to_have_text("2 actions")
        page.go_back()
        expect(page.locator("#count")).to_have_text("6 actions")
        expect(page.locator('[id="value-YEAR-2019"]')).not_to_be_checked()
        page.go_back()
        expect(page.locator("#count")).to_have_text("16 actions")
        page.go_forward()
        expect(page.locator('[id="value-KEYWORD-keyword:culture"]')).to_be_checked()


def test_a_shared_link_restores_the_whole_state(context: BrowserContext, server_url: str) -> None:
    with offline_page(context, server_url, "/?q=repas&motcle=mixite-sociale&annee=2016&ordre=titre") as offline:
        page = offline.page
        expect(page.locator("#count")).to_contain_text("pour")
        expect(page.get_by_role("combobox", name="Chercher dans les actions")).to_have_value("repas")
        expect(page.locator(".chip")).to_have_count(3)
        expect(page.get_by_label("Ordre")).to_have_value("titre")
        settled(page)
        shown = titles(page)
        assert shown == sorted(shown, key=str.casefold)
        assert "Repas oriental" in shown


@pytest.mark.parametrize("status", ["EN_COURS", "En+cours", "en+cours"])
def test_a_status_is_chosen_by_either_of_its_names_in_the_address(
    status: str, context: BrowserContext, server_url: str
) -> None:
    with offline_page(context, server_url, f"/?statut={status}&annee=2016") as offline:
        page = offline.page
        expect(page.locator("#count")).to_have_text("4 actions")
        expect(page.locator(".chip").filter(has_text="Statut")).to_contain_text("En cours")
        expect(page.locator('[id^="value-STATUS-"]:checked')).to_have_attribute("id", "value-STATUS-En cours")
        page.locator('[id="value-STATUS-En cours"]').uncheck()
        expect(page.locator("#count")).to_have_text("6 actions")
        assert page.url.endswith("/?annee=2016")


def test_a_status_that_no_sheet_has_stays_chosen_and_is_told(context: BrowserContext, server_url: str) -> None:
    with offline_page(context, server_url, "/?statut=EN_COUR") as offline:
        expect(offline.page.locator(".empty")).to_contain_text("EN_COUR\u202f» n’est pas dans les données")
        expect(offline.page.locator(".empty")).to_contain_text("Peut-être «\u202fEn cours\u202f»")
        expect(offline.page.locator(".chip")).to_contain_text("EN_COUR")


def test_a_second_territory_is_shown_where_it_says_another_thing(browser: Browser) -> None:
    sheets = [
        Sheet(
            title=title,
            department="Lot",
            structure="Centre",
            structure_department="Lot",
            territory="Une commune",
            text=SheetText(territory_again=again),
        )
        for title, again in (("Deux", "Un quartier"), ("Un", None))
    ]
    for sheet, shown in zip(sheets, (["Un quartier"], []), strict=True):
        key = action_key(sheet, 1).replace("action:", "/actions/")
        with app_over(sheets) as url, browser.new_context() as context, offline_page(context, url, key) as offline:
            label = offline.page.locator(".sheet dt").get_by_text("Territoire concerné (seconde mention)")
            expect(offline.page.get_by_role("heading", level=1)).to_have_text(sheet.title)
            assert label.locator("xpath=following-sibling::dd[1]").all_inner_texts() == shown
            assert "seconde mention" not in offline.page.locator(".note").all_inner_texts()[0]


def test_pages_of_a_long_list_follow_each_other_and_back(browser: Browser) -> None:
    sheets = [
        Sheet(title=f"Fiche {i:02}", department="Lot", year=2020, structure="Centre", structure_department="Lot")
        for i in range(45)
    ]
    with app_over(sheets) as url, browser.new_context() as context, offline_page(context, url, "/") as offline:
        page = offline.page
        expect(page.get_by_text("Page 1 sur 3")).to_be_visible()
        seen = titles(page)
        for number in (2, 3):
            page.get_by_role("button", name="Suivantes").click()
            expect(page.get_by_text(f"Page {number} sur 3")).to_be_visible()
            seen += titles(page)
        assert seen == [f"Fiche {i:02}" for i in range(45)]
        page.get_by_role("button", name="Précédentes").click()
        expect(page.get_by_text("Page 2 sur 3")).to_be_visible()
        assert titles(page) == [f"Fiche {i:02}" for i in range(20, 40)]
        page.reload()
        expect(page.get_by_text("Page 2 sur 3")).to_be_visible()
        assert titles(page) == [f"Fiche {i:02}" for i in range(20, 40)]


def test_what_is_not_in_the_data_is_told_apart_from_no_answer(context: BrowserContext, server_url: str) -> None:
    with offline_page(context, server_url, "/?departement=cantal") as offline:
        expect(offline.page.locator(".empty")).to_contain_text(
            "« cantal » n’est pas dans les données".replace("« ", "«\u202f").replace(" »", "\u202f»")
        )
        offline.page.locator(".empty button").first.click()
        expect(offline.page.locator("#count")).to_have_text("16 actions")


def test_an_old_answer_never_overwrites_a_newer_one(fresh: Page, server_url: str) -> None:
    fresh.goto(server_url)
    expect(fresh.locator("#count")).to_have_text("16 actions")
    held: list[Route] = []
    arrived = threading.Event()

    def hold(route: Route) -> None:
        variables = (route.request.post_data_json or {}).get("variables", {})
        if variables.get("search") == "repas" and "where" in variables:
            held.append(route)
            arrived.set()
        else:
            route.continue_()

    fresh.route("**/graphql", hold)
    box = fresh.get_by_role("combobox", name="Chercher dans les actions")
    with fresh.expect_request(lambda request: '"search":"repas"' in (request.post_data or "")):
        box.fill("repas")
        box.press("Enter")
    box.fill("isolement")
    box.press("Enter")
    expect(fresh.locator("#count")).to_contain_text("7 actions")
    held[0].fulfill(json={"data": {"actions": None}})
    fresh.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(fresh.locator("#count")).to_contain_text("7 actions")
    fresh.unroute_all(behavior="ignoreErrors")


def test_a_failure_is_told_in_a_sentence_and_can_be_tried_again(fresh: Page, server_url: str) -> None:
    fresh.route("**/graphql", lambda route: route.abort())
    fresh.goto(server_url)
    expect(fresh.get_by_role("alert")).to_contain_text("Le serveur ne répond pas")
    fresh.unroute("**/graphql")
    fresh.get_by_role("button", name="Réessayer").click()
    expect(fresh.locator("#count")).to_have_text("16 actions")


def test_a_busy_server_is_asked_again_when_it_says_and_nobody_is_told(fresh: Page, server_url: str) -> None:
    asked: list[str] = []

    def busy_at_first(route: Route) -> None:
        asked.append(route.request.post_data or "")
        if asked.count(asked[-1]) < 3:
            route.fulfill(status=503, headers={"retry-after": "1"}, body='{"errors": [{"message": "busy"}]}')
        else:
            route.continue_()

    fresh.route("**/graphql", busy_at_first)
    with fresh.expect_request("**/graphql"):
        fresh.goto(server_url)
    expect(fresh.locator("#count")).to_have_text("16 actions", timeout=10_000)
    expect(fresh.get_by_role("alert")).to_have_count(0)
    assert {asked.count(each) for each in asked} == {3}


def test_a_server_that_stays_busy_is_told_in_a_sentence(fresh: Page, server_url: str) -> None:
    asked: list[str] = []

    def busy(route: Route) -> None:
        asked.append(route.request.post_data or "")
        route.fulfill(status=503, headers={"retry-after": "1"}, body='{"errors": [{"message": "busy"}]}')

    fresh.route("**/graphql", busy)
    fresh.goto(server_url)
    expect(fresh.get_by_role("alert")).to_contain_text("Le serveur est très occupé", timeout=10_000)
    assert max(asked.count(each) for each in asked) == 3


def test_a_request_that_hangs_ends_in_a_sentence_and_can_be_tried_again(fresh: Page, server_url: str) -> None:
    fresh.clock.install()
    fresh.route("**/graphql", lambda route: None)
    with fresh.expect_request("**/graphql"):
        fresh.goto(server_url)
    fresh.clock.fast_forward(19_000)
    expect(fresh.get_by_role("alert")).to_have_count(0)
    fresh.clock.fast_forward(2_000)
    expect(fresh.get_by_role("alert")).to_contain_text("Le serveur met trop de temps à répondre")
    fresh.unroute_all(behavior="ignoreErrors")
    fresh.get_by_role("button", name="Réessayer").click()
    expect(fresh.locator("#count")).to_have_text("16 actions")


def test_an_action_shows_every_filled_field_as_typed(context: BrowserContext, server_url: str) -> None:
    query = (QUERIES / "action.graphql").read_text(encoding="utf-8")
    action = ask(server_url, query, {"id": REPAS})["action"]
    texts = [action[name] for name in ("summary", "experience", "description", "resources", "people", "limits")]
    texts += [*action["results"].values(), action["perspectives"], action["endReason"]]
    with offline_page(context, server_url, PAGES["action"]) as offline:
        page = offline.page
        expect(page.get_by_role("heading", level=1)).to_have_text(action["title"])
        shown = page.locator(".sheet .typed").all_text_contents()
        for text in filter(None, texts):
            assert text in shown
        for kind in ("keywords", "partners", "publics", "initiators"):
            for node in action[kind]:
                expect(page.locator(".sheet").get_by_text(node["label"], exact=True).first).to_be_visible()
        origin = action["origin"]
        expect(page.locator("#origin")).to_contain_text(f"lignes {origin['firstLine']} à {origin['lastLine']}")
        assert page.title().startswith(action["title"])


def test_the_figures_tell_what_links_the_sheets_and_what_was_left_out(context: BrowserContext, server_url: str) -> None:
    told = ask(server_url, (QUERIES / "central.graphql").read_text(encoding="utf-8"))
    with offline_page(context, server_url, "/chiffres") as offline:
        midst = offline.page.locator("section.part").filter(has_text="Ce qui relie les fiches")
        expect(midst.locator(".finding")).to_contain_text(told["keywords"]["nodes"][0]["label"])
        left_out = midst.locator(".note", has_text="Laissés de côté")
        for hub in told["keywords"]["hubs"]:
            expect(left_out).to_contain_text(hub["label"])
        expect(midst).to_contain_text(f"{told['alone']['totalCount']} actions sur {told['actions']['totalCount']}")
        assert midst.locator("tbody tr").count() == sum(
            len(told[kind]["nodes"]) for kind in ("keywords", "partners", "structures")
        )


def test_similar_actions_come_with_their_reasons_and_a_choice_of_measure(
    context: BrowserContext, server_url: str
) -> None:
    query = (QUERIES / "similar.graphql").read_text(encoding="utf-8")
    with offline_page(context, server_url, PAGES["action"]) as offline:
        page = offline.page
        expect(page.get_by_label("mesure")).to_have_value("BALANCED")
        for measure in ("BALANCED", "JACCARD", "RARITY", "TEXT"):
            page.get_by_label("mesure").select_option(measure)
            by = ["KEYWORD"] if measure in ("JACCARD", "RARITY") else None
            told = ask(server_url, query, {"id": REPAS, "measure": measure, "by": by})["action"]["similar"]
            expect(page.locator("#similar li > a")).to_have_text([edge["node"]["title"] for edge in told["edges"]])
            for reason, edge in zip(page.locator("#similar .reason").all_text_contents(), told["edges"], strict=True):
                labels = [r["node"]["label"] for r in edge["reasons"] if r["node"]]
                words = [r["term"] for r in edge["reasons"] if r["term"]][:8]
                if by:
                    assert reason.startswith(f"{len(labels)} mot{'s' if len(labels) > 1 else ''}-clé")
                assert all(label in reason for label in labels)
                assert reason.endswith(", ".join(words) or labels[-1])


def test_an_action_shows_the_bodies_that_its_texts_name_in_their_sentences(
    context: BrowserContext, server_url: str
) -> None:
    query = "query ($id: ID!) { action(id: $id) { mentions(minConfidence: 0.6) { body { label } text sentence } } }"
    told = ask(server_url, query, {"id": GOUT})["action"]["mentions"]
    with offline_page(context, server_url, PAGES["action that names bodies"]) as offline:
        page = offline.page
        settled(page)
        found = page.locator("#bodies > li")
        assert found.locator("> a").all_inner_texts() == list(dict.fromkeys(each["body"]["label"] for each in told))
        sncf = found.filter(has=page.get_by_role("link", name="Fondation SNCF"))
        expect(sncf.locator("mark")).to_have_text("fondation SNCF")
        [sentence] = [each["sentence"] for each in told if each["text"] == "fondation SNCF"]
        expect(sncf.locator("q")).to_have_text(sentence)
        expect(sncf).to_contain_text("Ressources financières mobilisées pour cette action")
        sncf.locator("> a").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Fondation SNCF")
        assert page.url.endswith("/organismes/fondation-sncf")
    with offline_page(context, server_url, PAGES["action"]) as offline:
        settled(offline.page)
        expect(offline.page.get_by_text("Aucun organisme reconnu")).to_be_visible()


def test_a_body_shows_the_sheets_that_name_it_with_the_words_marked_and_leads_to_them(browser: Browser) -> None:
    sheets = [
        Sheet(title=f"Fiche {n:02}", department="Lot", structure=f"Centre {n}", structure_department="Lot", year=2020,
              text=SheetText(limits="𝒯héâtre : avec l’association Fil Bleu."))
        for n in range(22)
    ]  # fmt: skip
    with app_over(sheets) as url:
        page = browser.new_page()
        page.goto(f"{url}/organismes/fil-bleu")
        settled(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Fil Bleu")
        expect(page.locator(".head")).to_contain_text("Cité dans 22 fiches")
        expect(page.locator("#naming > li")).to_have_count(20)
        expect(page.locator("#naming mark").first).to_have_text("Fil Bleu")
        expect(page.locator("#naming q").first).to_have_text("𝒯héâtre : avec l’association Fil Bleu.")
        page.get_by_role("button", name="Voir la suite").click()
        expect(page.locator("#naming > li")).to_have_count(22)
        page.get_by_role("link", name="Fiche 21").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Fiche 21")
        page.goto(f"{url}/organismes/personne")
        settled(page)
        expect(page.get_by_text("Aucun texte ne cite cet organisme.")).to_be_visible()
        page.close()


def test_an_action_shows_its_other_years_and_what_says_so(browser: Browser) -> None:
    sheets = [
        Sheet(title="Loto", department="Lot", structure="Centre", structure_department="Lot", year=year, text=text)
        for year, text in ((2016, SheetText(perspectives="À renouveler.")), (2017, SheetText(summary="Depuis 2016.")))
    ]
    first, second = (action_key(sheet, 1).replace("action:", "/actions/") for sheet in sheets)
    with app_over(sheets) as url, browser.new_context() as context, offline_page(context, url, second) as offline:
        settled(offline.page)
        [candidate] = offline.page.locator("#earlier > li").all()
        assert candidate.locator(".reason").all_inner_texts()[0] == "Le même titre."
        assert candidate.locator("mark").all_inner_texts() == ["Depuis 2016", "renouveler"]
        expect(candidate.locator(".score")).to_contain_text("98")
        candidate.get_by_role("link").click()
        settled(offline.page)
        assert offline.page.url.endswith(first)
        expect(offline.page.locator("#later > li")).to_have_count(1)
        expect(offline.page.locator("#earlier")).to_have_count(0)


def test_a_centre_is_told_whom_it_could_meet_and_why(context: BrowserContext, server_url: str) -> None:
    told = ask(server_url, (QUERIES / "structure.graphql").read_text(encoding="utf-8"), VARIABLES["structure"])
    meetings = told["structure"]["meet"]["nodes"]
    with offline_page(context, server_url, PAGES["centre"]) as offline:
        part = offline.page.locator(".part", has=offline.page.get_by_role("heading", name="Centres à rencontrer"))
        expect(part.locator("li > a")).to_have_text([meeting["b"]["name"] for meeting in meetings])
        first = part.locator("li").first
        expect(first).to_contain_text(f"{len(meetings[0]['shared'])} mots-clés en commun")
        for keyword in meetings[0]["shared"]:
            expect(first).to_contain_text(keyword["label"])
        assert {reason["kind"] for reason in meetings[0]["reasons"]} > {"SHARED_KEYWORD", "SAME_DEPARTMENT"}
        expect(first).to_contain_text("même département")
        expect(first.locator(".score")).to_contain_text(f"{meetings[0]['score']:.0%}".rstrip("%"))


def test_a_department_leads_to_its_region_and_its_neighbours_and_the_list_is_filtered_by_region(
    browser: Browser,
) -> None:
    sheets = [
        Sheet(title=title, department=place, structure=title, structure_department=place)
        for title, place in (("Bal", "46"), ("Chorale", "Gers"), ("Potager", "Cantal"))
    ]
    with (
        app_over(sheets) as url,
        browser.new_context() as context,
        offline_page(context, url, "/departements/lot") as offline,
    ):
        page = offline.page
        part = page.locator(".part", has=page.get_by_role("heading", name="Les départements voisins"))
        expect(part.locator("li a")).to_have_text(["Cantal : 1 action"])
        expect(page.locator(".head")).to_contain_text("code 46")
        page.locator(".head").get_by_role("link", name="Occitanie").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Occitanie")
        part = page.locator(".part", has=page.get_by_role("heading", name="Ses départements"))
        expect(part.locator("li a")).to_have_text(["Gers : 1 action", "Lot : 1 action"])
        page.get_by_role("link", name="Chercher dans ces actions").click()
        expect(page.locator("#count")).to_have_text("2 actions")
        expect(page.locator(".chip")).to_contain_text("Région")
        assert page.url.endswith("/?region=occitanie")


def test_a_centre_shows_where_it_is_as_far_as_the_data_say_so(browser: Browser, tmp_path: Path) -> None:
    sheet = Sheet(title="Bal", department="Lot", structure="Centre", structure_department="Lot")
    place = StructurePlace(siret="73282932000074", postcode="46100", commune="Figeac", site="https://centre.example/")
    with Store(tmp_path / "store.sqlite", create=True) as store:
        store.merge([sheet, replace(sheet, structure="Autre")], "a.txt")
        store.place_structures(store.source_named("structures.csv"), {"structure:lot-centre": place})
        graph = KnowledgeGraph.from_store(store)
        with serving_graph(graph) as url, browser.new_context() as context:
            with offline_page(context, url, "/centres/lot-centre") as offline:
                told = offline.page.locator(".whereabouts")
                expect(told.locator("dt")).to_have_text(["Adresse", "SIRET", "Site"])
                expect(told.locator("dd")).to_have_text(["46100 Figeac", "73282932000074", "https://centre.example/"])
                expect(told.get_by_role("link")).to_have_attribute("href", "https://centre.example/")
            with offline_page(context, url, "/centres/lot-autre") as offline:
                expect(offline.page.get_by_role("heading", level=1)).to_have_text("Autre")
                expect(offline.page.locator(".whereabouts")).to_have_count(0)


CY = "document.getElementById('drawing')._cyreg.cy"


def test_the_drawing_holds_the_nodes_and_links_of_the_data_without_hubs(
    context: BrowserContext, server_url: str
) -> None:
    told = ask(server_url, (QUERIES / "graph_actions.graphql").read_text(encoding="utf-8"), {"first": 100})
    actions = told["actions"]["nodes"]
    fields = ("keywords", "partners", "publics")
    links = [(a["id"], node["id"]) for a in actions for field in fields for node in a[field]]
    degree = {target: sum(1 for _, other in links if other == target) for _, target in links}
    hubs = {target for target, count in degree.items() if count > len(actions) / 2}
    kept = {(a, b) for a, b in links if b not in hubs} | {(a["id"], a["structure"]["id"]) for a in actions}
    nodes = {node for link in kept for node in link} | {a["id"] for a in actions}
    assert "public:tous-publics" in hubs
    with offline_page(context, server_url, "/graphe") as offline:
        page = offline.page
        settled(page)
        assert set(page.evaluate(f"{CY}.nodes().map((node) => node.id())")) == nodes
        drawn = page.evaluate(f"{CY}.edges().map((edge) => [edge.data('source'), edge.data('target')])")
        assert {tuple(edge) for edge in drawn} == kept
        page.locator("#hubs").check()
        settled(page)
        assert page.evaluate(f"{CY}.getElementById('public:tous-publics').length") == 1
        page.get_by_label("centres").uncheck()
        settled(page)
        assert page.evaluate(f"{CY}.nodes('[kind = \"structure\"]').length") == 0


def test_labels_of_the_drawing_do_not_overlap(context: BrowserContext, server_url: str) -> None:
    with offline_page(context, server_url, "/graphe") as offline:
        settled(offline.page)
        boxes = offline.page.evaluate(
            f"""{CY}.nodes('.labelled').map((node) => {{
              const box = node.renderedBoundingBox({{ includeNodes: false, includeOverlays: false }});
              return [box.x1 + 3, box.y1 + 3, box.x2 - 3, box.y2 - 3];
            }})"""
        )
    assert len(boxes) >= 10
    for i, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[:i]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


def test_a_node_is_found_unfolded_and_linked_to_another_by_a_sentence(context: BrowserContext, server_url: str) -> None:
    with offline_page(context, server_url, PAGES["surroundings"]) as offline:
        page = offline.page
        settled(page)
        before = page.evaluate(f"{CY}.nodes().length")
        page.get_by_label("Chercher dans le dessin").fill("larboratoire")
        page.get_by_label("Chercher dans le dessin").press("Enter")
        expect(page.locator(".details h2")).to_contain_text("Larboratoire")
        page.get_by_role("button", name="Déplier").click()
        expect(page.locator("#told")).to_contain_text("de plus")
        assert page.evaluate(f"{CY}.nodes().length") > before
        page.get_by_role("button", name="Chemin d’ici").click()
        page.get_by_label("Chercher dans le dessin").fill("rallye")
        page.get_by_label("Chercher dans le dessin").press("Enter")
        page.get_by_role("button", name="jusqu’ici").click()
        expect(page.locator("#way .sentence")).to_contain_text("Larboratoire")
        expect(page.locator("#way .sentence")).to_contain_text("Rallye")
        assert page.evaluate(f"{CY}.nodes('.way').length") == 3
        with page.expect_download() as picture:
            page.get_by_role("button", name="SVG").click()
        assert picture.value.path().read_text(encoding="utf-8").startswith("<svg")
        with page.expect_download() as picture:
            page.get_by_role("button", name="PNG").click()
        assert picture.value.path().read_bytes().startswith(b"\x89PNG")


def test_more_than_two_thousand_nodes_are_refused_with_a_sentence(fresh: Page, server_url: str) -> None:
    def swell(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        told["data"]["actions"]["totalCount"] = 2_001
        route.fulfill(response=answer, json=told)

    fresh.route("**/graphql", swell)
    fresh.goto(f"{server_url}/graphe")
    expect(fresh.get_by_role("alert")).to_contain_text("le dessin serait illisible")
    fresh.unroute_all(behavior="ignoreErrors")


@pytest.mark.parametrize("kind", ["CSV", "JSON"])
def test_the_selection_is_downloaded_whole(kind: str, context: BrowserContext, server_url: str) -> None:
    with offline_page(context, server_url, "/?motcle=culture") as offline:
        with offline.page.expect_download() as download:
            offline.page.get_by_role("button", name=kind).click()
        text = download.value.path().read_bytes().decode("utf-8")
    told = ask(server_url, '{ actions(where: { keywords: { containsAny: ["Culture"] } }) { nodes { id summary } } }')
    nodes = told["actions"]["nodes"]
    if kind == "JSON":
        assert [(a["id"], a["summary"]) for a in json.loads(text)] == [(n["id"], n["summary"]) for n in nodes]
    else:
        assert text.startswith("\ufeff")
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
        assert [row["Identifiant"] for row in rows] == [node["id"] for node in nodes]


NASTY = [
    "<script>window.broken = 1</script>",
    '"><img src=x onerror="window.broken = 1">',
    '=HYPERLINK("http://example.org")',
    "\u202eرأسا على عقب\u202c",
    "😀" * 40,
    "W" * 300,
    "</title><svg onload=window.broken=1>",
    "{{endpoint}} ${window.broken = 1}",
]


def app_over(sheets: list[Sheet]) -> Any:
    """The service over some sheets, while the block runs."""
    return serving_graph(KnowledgeGraph.from_sheets(sheets))


def serving_graph(graph: KnowledgeGraph) -> Any:
    """The service over a graph, while the block runs."""
    from endpoint import EndpointSettings
    from server import create_app
    from settings import Settings

    return serving(create_app(Settings(endpoint=EndpointSettings(lag_seconds=60)), graph))


def hostile(nasty: str) -> Sheet:
    text = {name: nasty for name in SheetText.__dataclass_fields__ if name not in ("files",)}
    return Sheet(
        title=nasty,
        department=nasty,
        year=2020,
        structure=nasty,
        structure_department=nasty,
        status=nasty,
        dimension=nasty,
        keywords=(nasty, f"mot {nasty}"),
        initiators=(nasty,),
        territory=nasty,
        publics=(nasty,),
        partners=(nasty,),
        text=SheetText(files=(nasty,), **text),
    )


@pytest.fixture(scope="module")
def hostile_url(browser: Browser) -> Iterator[str]:
    with app_over([hostile(nasty) for nasty in NASTY]) as url:
        yield url


def test_hostile_text_is_shown_and_never_run(context: BrowserContext, hostile_url: str) -> None:
    told = ask(hostile_url, "{ actions { nodes { id title structure { id } keywords { id } } } }")["actions"]["nodes"]
    paths = ["/", "/graphe", "/chiffres", "/?q=<script>alert(1)</script>&motcle=%3Cimg%20src%3Dx%3E"]
    for node in told[:1]:
        for key in (node["id"], node["structure"]["id"], node["keywords"][0]["id"]):
            kind, _, name = key.partition(":")
            folder = {"action": "actions", "structure": "centres", "keyword": "mots-cles"}[kind]
            paths.append(f"/{folder}/{name}")
    for path in paths:
        with offline_page(context, hostile_url, path) as offline:
            page = offline.page
            settled(page)
            assert page.evaluate("window.broken") is None
            assert page.locator("main script, main img, main [onerror], main [onload]").count() == 0
            assert page.locator("[role=alert]").count() == 0
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            if path == "/":
                shown = page.locator(".results .card-title").all_text_contents()
                assert sorted(shown) == sorted(NASTY)


def test_a_formula_is_only_text_in_the_csv(context: BrowserContext, hostile_url: str) -> None:
    with offline_page(context, hostile_url, "/") as offline:
        with offline.page.expect_download() as download:
            offline.page.get_by_role("button", name="CSV").click()
        text = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == len(NASTY)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert f"'{NASTY[2]}" in {row["Nom"] for row in rows}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(scheme: Any, browser: Browser, server_url: str) -> None:
    # Between light and dark only the colours differ.
    options = "{}" if scheme == "light" else "{ runOnly: ['color-contrast'] }"
    with browser.new_context(color_scheme=scheme, bypass_csp=True, viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        broken = []
        for name, path in {**PAGES, "missing": "/nulle-part"}.items():
            page.goto(f"{server_url}{path}")
            settled(page)
            page.add_script_tag(path=AXE)
            found = page.evaluate(f"axe.run({options}).then(({{ violations }}) => violations)")
            broken += [(name, v["id"], [n["html"] for n in v["nodes"]][:3]) for v in found]
        assert broken == []


def test_every_page_fits_a_narrow_screen(browser: Browser, server_url: str) -> None:
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        for name, path in PAGES.items():
            page.goto(f"{server_url}{path}")
            settled(page)
            assert page.evaluate("document.documentElement.scrollWidth") == 360, name


def test_the_first_page_needs_less_than_150_kb(context: BrowserContext, server_url: str) -> None:
    page = context.new_page()
    bodies: list[bytes] = []
    page.on("requestfinished", lambda request: bodies.append(request.response().body()))
    page.goto(server_url)
    settled(page)
    page.wait_for_load_state("networkidle")
    page.close()
    assert len(bodies) > 5
    assert sum(len(gzip.compress(body)) for body in bodies) < 150_000


def test_without_javascript_the_page_says_what_it_is(browser: Browser, server_url: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(server_url)
        expect(page.get_by_role("heading", level=1)).to_have_text("Les actions des centres sociaux")
        expect(page.locator("noscript a").first).to_have_attribute("href", "/graphiql")


def test_a_result_says_by_which_other_word_it_was_found(fresh: Page, server_url: str) -> None:
    fresh.goto(f"{server_url}/?q=lift+partagé")
    settled(fresh)
    assert titles(fresh) == ["SERVICE DE CO-VOITURAGE LOCAL et SOLIDAIRE", "Groupe de travail MOBILITE"]
    expect(fresh.locator(".found-by")).to_have_text(["trouvé par\u202f: covoiturage"] * 2)
    fresh.goto(f"{server_url}/?q=covoiturage")
    settled(fresh)
    expect(fresh.locator(".found-by")).to_have_count(0)


def test_a_result_says_which_words_it_lacks(fresh: Page, server_url: str) -> None:
    fresh.goto(f"{server_url}/?q=repas+oriental+bourguignon")
    settled(fresh)
    assert titles(fresh)[0] == "Repas oriental"
    expect(fresh.locator(".found-by").first).to_have_text("sans\u202f: bourguignon")
    expect(fresh.locator(".told")).to_have_text("Aucune fiche ne contient «\u202fbourguignon\u202f».")


def test_a_word_that_was_put_right_is_told_and_can_be_sought_as_typed(fresh: Page, server_url: str) -> None:
    fresh.goto(f"{server_url}/?q=naveete+solidaire")
    settled(fresh)
    assert titles(fresh)[0].startswith("la navette solidaire")
    expect(fresh.locator(".told")).to_contain_text("Résultats pour «\u202fnavette solidaire\u202f».")
    fresh.get_by_role("link", name="tel quel").click()
    settled(fresh)
    assert fresh.url.endswith("?q=%2Bnaveete+solidaire")
    expect(fresh.locator("#count")).to_have_text("Aucune action ne correspond")
    expect(fresh.locator(".told")).to_have_text("Aucune fiche ne contient «\u202fnaveete\u202f».")


def test_two_words_that_are_one_can_be_sought_as_typed(fresh: Page, server_url: str) -> None:
    fresh.goto(f"{server_url}/?q=co+voiturage")
    settled(fresh)
    expect(fresh.locator(".told")).to_contain_text("Résultats pour «\u202fcovoiturage\u202f».")
    fresh.get_by_role("link", name="tel quel").click()
    settled(fresh)
    assert fresh.url.endswith("?q=%2Bco+%2Bvoiturage")


def test_a_department_that_is_not_covered_is_told(fresh: Page, server_url: str) -> None:
    fresh.goto(f"{server_url}/?q=mobilité+Cantal")
    settled(fresh)
    expect(fresh.locator(".told")).to_have_text(
        "Le département Cantal n’est pas dans les données\u202f: elles couvrent Lot."
    )


def test_an_unknown_path_has_a_french_page(fresh: Page, server_url: str) -> None:
    for path in ("/nulle-part", "/actions/inconnue-2020", "/actions/a/b"):
        answer = fresh.goto(f"{server_url}{path}")
        assert answer is not None
        assert answer.status == (200 if path == "/actions/inconnue-2020" else 404)
        expect(fresh.get_by_role("heading", level=1)).to_have_text("Page introuvable")


def test_nothing_inline_is_allowed_on_the_pages(fresh: Page, server_url: str) -> None:
    for path in PAGES.values():
        answer = fresh.request.get(f"{server_url}{path}")
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "style=" not in answer.text()
        assert not re.search(r"<script(?![^>]*\bsrc=)", answer.text())
