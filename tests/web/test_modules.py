"""The modules of the pages that only reckon, one by one, on data that can be checked by hand."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType
from playwright.sync_api import BrowserContext

from execution.limits import LIMIT_CODES
from schema import schema
from tests.web.conftest import offline_page

Run = Callable[..., Any]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def run(context: BrowserContext, server_url: str) -> Iterator[Run]:
    """`run("/explorer/words.js", "count(...given)", 2, "action")`: an expression in the names that a module exports."""
    with offline_page(context, server_url, "/chiffres") as offline:

        def run(path: str, expression: str, *given: Any) -> Any:
            # Nothing is evaluated on the page but what Playwright sends: its policy forbids the rest.
            script = f"async ([path, given]) => {{ const module = await import(path); return {expression}; }}"
            return offline.page.evaluate(script, [path, list(given)])

        yield run


# What is told when the endpoint refuses.


def documented_codes() -> set[str]:
    lines = (ROOT / "docs" / "endpoint.md").read_text(encoding="utf-8").splitlines()
    return {code for line in lines if line.startswith("|") for code in re.findall(r"`([A-Z]+(?:_[A-Z]+)*)`", line)}


def test_every_code_that_has_a_sentence_is_one_that_the_endpoint_gives(run: Run) -> None:
    codes = set(run("/explorer/refusals.js", "Object.keys(module.SENTENCES)"))
    given = documented_codes()
    assert codes <= given
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "endpoint").glob("*.py"))
    source += "".join((ROOT / name).read_text(encoding="utf-8") for name in ("execution/limits.py", "schema/errors.py"))
    assert {code for code in codes if code not in source} == set()


def test_every_code_that_a_reader_can_meet_has_a_sentence(run: Run) -> None:
    sentences = run("/explorer/refusals.js", "module.SENTENCES")
    met = {code for code, _ in LIMIT_CODES.values()}
    met |= {"OVERLOADED", "TIMEOUT", "REQUEST_TIMEOUT", "BAD_USER_INPUT", "DOCUMENT_NOT_ALLOWED", "INTERNAL"}
    assert met <= set(sentences)
    assert all(re.fullmatch(r"[A-ZÀÉ].*[.]", sentence) for sentence in sentences.values())


@pytest.mark.parametrize(
    ("status", "extensions", "begins"),
    [
        (503, None, "Le serveur est très occupé"),
        (408, None, "La demande est arrivée trop lentement"),
        (502, None, "Le serveur n’a pas pu répondre"),
        (200, {"code": "QUERY_TOO_COSTLY"}, "Cette demande est trop grande"),
        (200, {"code": "TIMEOUT"}, "Cette demande est trop grande"),
        (200, {"code": "BAD_USER_INPUT"}, "Le serveur n’a pas compris"),
        (200, {"code": "BAD_USER_INPUT", "reason": "NOT_FOUND"}, "Ce que l’adresse de la page nomme"),
        (200, {"code": "NEVER_HEARD_OF"}, "Le serveur n’a pas pu répondre"),
        (200, {}, "Le serveur n’a pas pu répondre"),
    ],
)
def test_a_refusal_is_told_by_its_code_or_else_by_its_status(
    run: Run, status: int, extensions: dict[str, str] | None, begins: str
) -> None:
    errors = [] if extensions is None else [{"message": "no", "extensions": extensions}]
    assert run("/explorer/refusals.js", "module.refusal(...given)", status, errors).startswith(begins)


# The tables.


def test_every_facet_of_the_list_is_one_of_the_api_and_filters_by_an_input_that_it_has(run: Run) -> None:
    facets = run("/explorer/selection.js", "module.FACETS")
    fields = schema._schema.get_type("FacetField")
    where = schema._schema.get_type("ActionWhere")
    assert isinstance(fields, GraphQLEnumType)
    assert isinstance(where, GraphQLInputObjectType)
    assert {facet["field"] for facet in facets} <= set(fields.values)
    for facet in facets:
        operators = where.fields[facet["input"]].type.fields  # type: ignore[union-attr]
        assert ("containsAny" if facet["list"] else "in") in operators, facet
    assert len({facet["parameter"] for facet in facets}) == len(facets) == 11


def test_the_csv_has_a_column_for_each_field_of_a_sheet_and_shows_names_of_nodes(run: Run) -> None:
    fields = run("/shared/tables.js", "module.FIELDS")
    action = {
        "id": "action:a",
        "title": "Repas",
        "year": 2016,
        "statusLabel": "Terminée",
        "structure": {"id": "structure:s", "name": "Le Rionet"},
        "department": {"id": "department:lot", "label": "Lot"},
        "dimension": None,
        "keywords": [{"id": "keyword:a", "label": "Culture"}, {"id": "keyword:b", "label": "Santé"}],
        "files": ["a.pdf", "b.pdf"],
        "summary": 'Un "repas",\nà midi',
        "people": "+10",
        "results": {"territory": "Bien", "centre": None, "residents": "=1+1"},
    }
    text = run("/explorer/download.js", "module.csvOf(given)", action)
    header, row = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert header == ["Identifiant", *fields.values()]
    told = dict(zip(["id", *fields], row, strict=True))
    assert {path: value for path, value in told.items() if value} == {
        "id": "action:a",
        "title": "Repas",
        "year": "2016",
        "status": "Terminée",
        "structure": "Le Rionet",
        "department": "Lot",
        "keywords": "Culture | Santé",
        "files": "a.pdf | b.pdf",
        "summary": 'Un "repas",\nà midi',
        "people": "'+10",
        "results.territory": "Bien",
        "results.residents": "'=1+1",
    }


@pytest.mark.parametrize("name", ["action", "download"])
def test_every_field_of_the_table_is_asked_for(run: Run, name: str) -> None:
    query = (ROOT / "web" / "explorer" / "queries" / f"{name}.graphql").read_text(encoding="utf-8")
    names = set(re.findall(r"\w+", query))
    wanted = {part for path in run("/shared/tables.js", "module.FIELDS") for part in path.split(".")}
    assert (wanted - {"status"}) | {"statusLabel"} <= names


# The selection in the address.


@pytest.mark.parametrize(
    ("address", "again"),
    [
        ("", ""),
        ("?q=repas&motcle=culture&motcle=sante&annee=2016&statut=IN_PROGRESS&ordre=titre&page=3&apres=x", None),
        ("?annee=deux&ordre=nul&page=-1&inconnu=1", ""),
        ("?motcle=culture&motcle=culture", "?motcle=culture"),
    ],
)
def test_a_selection_is_written_as_it_was_read(run: Run, address: str, again: str | None) -> None:
    written = run("/explorer/selection.js", "module.writeSelection(module.readSelection(given[0]))", address)
    parts = sorted(re.split("[?&]", address if again is None else again))
    assert sorted(re.split("[?&]", written)) == parts


# What is gathered for the drawing.


def action(number: int, keyword: str, public: str = "tous") -> dict[str, Any]:
    return {
        "id": f"action:{number}",
        "title": f"Action {number}",
        "structure": {"id": "structure:s", "name": "Centre"},
        "keywords": [{"id": f"keyword:{keyword}", "label": keyword}],
        "publics": [{"id": f"public:{public}", "label": public}],
        "dimension": {"id": "dimension:d", "label": "Dimension"},
    }


GATHER = """(() => {
  const gathered = new module.Gathered(given[1] ?? null);
  for (const action of given[0]) gathered.action(action);
  %s
  const { nodes, edges } = gathered.visible();
  const pairs = edges.map(({ source, target }) => [source, target].sort().join(" "));
  return { nodes: nodes.map(({ id }) => id).sort(), edges: pairs.sort() };
})()"""


def gathered(run: Run, actions: list[dict[str, Any]], then: str = "", around: str | None = None) -> Any:
    return run("/explorer/gathered.js", GATHER % then, actions, around)


def test_what_is_gathered_twice_stands_once_and_dimensions_are_not_shown_at_first(run: Run) -> None:
    shown = gathered(run, [action(1, "a"), action(2, "a"), action(1, "a")])
    assert shown["nodes"] == ["action:1", "action:2", "keyword:a", "public:tous", "structure:s"]
    assert len(shown["edges"]) == 6


def test_a_concept_of_more_than_half_of_six_actions_is_a_hub_and_of_five_is_not(run: Run) -> None:
    six = [action(i, "abcdef"[i], "tous" if i < 4 else "x") for i in range(6)]
    assert "public:tous" not in gathered(run, six)["nodes"]
    assert "public:tous" in gathered(run, six, "gathered.withHubs = true;")["nodes"]
    half = [action(i, "abcdef"[i], "tous" if i < 3 else "x") for i in range(6)]
    assert "public:tous" in gathered(run, half)["nodes"]
    assert "public:tous" in gathered(run, six[:5])["nodes"]


def test_a_kind_that_is_hidden_takes_its_edges_with_it_and_what_was_unfolded_stays(run: Run) -> None:
    shown = gathered(run, [action(1, "a")], 'gathered.kinds.delete("keyword");')
    assert shown["nodes"] == ["action:1", "public:tous", "structure:s"]
    assert shown["edges"] == ["action:1 public:tous", "action:1 structure:s"]
    then = 'gathered.kinds.delete("keyword"); gathered.unfold([{ id: "keyword:a", label: "a" }], []);'
    assert "keyword:a" in gathered(run, [action(1, "a")], then)["nodes"]


def test_around_one_node_what_only_hidden_nodes_link_to_it_is_left_out(run: Run) -> None:
    then = 'gathered.merge([{ id: "keyword:far", label: "far" }], [{ source: "keyword:far", target: "dimension:d" }]);'
    assert "keyword:far" in gathered(run, [action(1, "a")], then)["nodes"]
    assert "keyword:far" not in gathered(run, [action(1, "a")], then, "action:1")["nodes"]


def test_nodes_are_found_without_accents_by_kind_and_name(run: Run) -> None:
    found = run(
        "/explorer/gathered.js",
        "(() => { const gathered = new module.Gathered(); for (const action of given[0]) gathered.action(action);"
        " return gathered.matching(given[1]).map(({ label }) => label); })()",
        [action(1, "Éducation"), action(2, "action sociale")],
        " ACTION ",
    )
    assert found == ["Action 1", "Action 2", "action sociale"]


# Labels of drawings.


def test_a_label_is_broken_between_words_only(run: Run) -> None:
    def wrapped(text: str) -> Any:
        return run("/shared/labels.js", "module.wrapped(given[0], 10, (line) => line.length)", text)

    assert wrapped("Un repas de quartier") == {"lines": ["Un repas", "de", "quartier"], "width": 8}
    assert wrapped("Un  repas\nlà") == {"lines": ["Un repas", "là"], "width": 8}
    assert wrapped("anticonstitutionnellement") == {"lines": ["anticonstitutionnellement"], "width": 25}


def node(x: float, y: float, **more: Any) -> dict[str, Any]:
    return {"x": x, "y": y, "radius": 5, "width": 40, "height": 10, **more}


def places(run: Run, nodes: list[dict[str, Any]], *, few: bool = True) -> list[tuple[int, int] | None]:
    room = {"width": 200, "height": 100}
    given = run("/shared/labels.js", "module.placeLabels(...given)", nodes, room, few)
    return [place and (place["x"], place["y"]) for place in given]


def test_a_label_stands_below_or_else_above_right_left_or_nowhere(run: Run) -> None:
    assert places(run, [node(100, 50)]) == [(0, 1)]
    assert places(run, [node(100, 95)]) == [(0, -1)]
    tall = node(100, 50, height=60)
    assert places(run, [tall]) == [(1, 0)]
    assert places(run, [node(190, 50, height=60)]) == [(-1, 0)]
    assert places(run, [node(100, 50, height=120)]) == [None]
    assert places(run, [node(100, 50, height=120, must=True)]) == [(0, 1)]


def test_the_more_important_label_stands_first_and_nodes_are_kept_off_where_they_are_few(run: Run) -> None:
    assert places(run, [node(100, 50), node(110, 50)]) == [(0, 1), (0, -1)]
    below = [node(100, 50), node(100, 63, width=0, height=0)]
    assert places(run, below)[0] == (0, -1)
    assert places(run, below, few=False)[0] == (0, 1)


def test_no_label_covers_another_nor_leaves_the_drawing(run: Run) -> None:
    chance = random.Random(8)
    nodes = [
        node(chance.uniform(0, 200), chance.uniform(0, 100), radius=2, width=chance.uniform(5, 40)) for _ in range(60)
    ]
    boxes = []
    for one, place in zip(nodes, places(run, nodes), strict=True):
        if place:
            x = one["x"] + place[0] * (2 + 3 + one["width"] / 2) - one["width"] / 2
            y = one["y"] + place[1] * (2 + 3 + 5) - 5
            assert x >= 0
            assert y >= 0
            assert x + one["width"] <= 200
            assert y + 10 <= 100
            boxes.append((x, y, x + one["width"], y + 10))
    assert 5 < len(boxes) < 60
    for i, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[:i]:
            assert right < other[0] or other[2] < left or bottom < other[1] or other[3] < top


def test_json_is_the_shape_of_the_tables() -> None:
    text = (ROOT / "web" / "shared" / "tables.js").read_text(encoding="utf-8")
    for name in ("KINDS", "FIELDS"):
        body = re.search(rf"export const {name} = (\{{.*?\n\}});", text, re.DOTALL)
        assert body is not None
        assert json.loads(re.sub(r",\n\}", "\n}", body[1]))
