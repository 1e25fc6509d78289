import orjson
import pytest

from bench.export_peers import export, main
from bench.generate import main as generate
from bench.generate import parameters, sheets
from graph.knowledge_graph import KnowledgeGraph
from graph.model import fold


@pytest.fixture(scope="module")
def exported():
    return export(KnowledgeGraph.from_sheets(list(sheets(400, 2))))


def test_every_link_of_an_action_names_an_exported_record(exported):
    known = {record["id"] for kind in ("concepts", "structures") for record in exported[kind]}
    for action in exported["actions"]:
        singles = [action[name] for name in ("structure", "department", "dimension", "territory")]
        lists = [key for name in ("keywords", "partners", "publics", "initiators") for key in action[name]]
        assert {key for key in singles + lists if key is not None} <= known


def test_actions_stand_newest_first_then_by_title_then_by_key(exported):
    def rank(action):
        year = action["year"]
        return (year is None, 0 if year is None else -year, fold(action["title"]), action["id"])

    assert exported["actions"] == sorted(exported["actions"], key=rank)


def test_an_action_links_as_many_keywords_as_its_sheet(exported):
    of_sheets = sorted(len(sheet.keywords) for sheet in sheets(400, 2))
    assert sorted(len(action["keywords"]) for action in exported["actions"]) == of_sheets


def test_keywords_are_exported_under_their_corrected_label(exported):
    labels = {record["label"] for record in exported["concepts"] if record["kind"] == "keyword"}
    assert "Vieillissement" in labels
    assert len(labels) == len(parameters()["keywords"]["weights_in_form_order"])


def test_the_command_writes_what_the_generator_made(tmp_path, monkeypatch, capsys):
    small = dict(parameters())
    small["modes"] = {**small["modes"], "10k": {"actions": 30, "structures": 12}}
    monkeypatch.setattr("bench.generate.parameters", lambda: small)
    form, output = tmp_path / "form.json", tmp_path / "peers" / "peers.json"
    assert generate(["10k", "-o", str(form)]) == 0
    assert main([str(form), str(output)]) == 0
    assert len(orjson.loads(output.read_bytes())["actions"]) == 30
    assert "30 actions" in capsys.readouterr().out


def test_a_missing_form_is_named_with_the_command_that_makes_it(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([str(tmp_path / "none.json"), str(tmp_path / "out.json")])
    assert "bench.generate" in capsys.readouterr().err
