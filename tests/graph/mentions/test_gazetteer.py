from __future__ import annotations

import json
import re
from itertools import product

import pytest

from graph.mentions.gazetteer import any_of, gazetteer, load_gazetteer
from graph.mentions.rules import key_of_name
from graph.model import fold

CAF = {"id": "caf", "label": "Caf", "initials": ["CAF"], "names": ["Caisse d'allocations familiales"]}
PLAIN = {"bodies": [CAF], "heads": {"named": ["association"]}, "tails": [], "notBodies": ["RSA"], "people": ["Marie"]}


def load(tmp_path, **changes):
    path = tmp_path / "bodies.json"
    path.write_text(json.dumps({**PLAIN, **changes}), encoding="utf-8")
    return load_gazetteer(path)


def test_a_name_is_known_with_and_without_accents_and_ligatures(tmp_path):
    hearts = {"id": "restos", "label": "Restos", "names": ["Restos du Cœur"]}
    assert set(load(tmp_path, bodies=[hearts]).named) == {"restos du cœur", "restos du coeur"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bodies": [CAF, CAF]}, "'caf' means both 'caf' and 'caf'"),
        ({"bodies": [CAF, {"id": "b", "label": "B", "also": ["CAF"]}]}, "'CAF' means both 'caf' and 'b'"),
        ({"bodies": [{"label": "Caf"}]}, "expected id, label"),
        ({"bodies": [{**CAF, "acronym": []}]}, "expected id, label"),
        ({"bodies": [{**CAF, "names": "Caf"}]}, r"bodies.caf.names: 'Caf': expected a list of words"),
        ({"notBodies": ["CAF"]}, "notBodies: 'CAF' is a spelling of the body 'caf'"),
        ({"heads": {"verb": ["association"]}}, "'verb' is not a valid Head"),
        ({"tails": None}, "tails: None: expected a list of words"),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path, changes, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        load(tmp_path, **changes)


def test_other_keys_and_no_json_are_refused(tmp_path):
    with pytest.raises(ValueError, match="exactly these keys: bodies, heads, notBodies, people, tails"):
        load(tmp_path, cities=[])
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(ValueError, match=r"bad\.json: not valid JSON"):
        load_gazetteer(tmp_path / "bad.json")


def test_the_gazetteer_covers_the_field():
    known = gazetteer()
    assert len(known.bodies) >= 200
    wanted = ("CAF", "MSA", "CCAS", "CIAS", "CPAM", "ARS", "UDAF", "FCSF", "FONJEP", "ANCV", "ADMR", "MDPH", "PMI")
    assert [word for word in wanted if word not in known.spelt] == []
    assert not known.not_bodies & set(known.spelt)


def test_the_tree_of_words_matches_those_words_alone():
    words = ["a", "ab", "abc", "b.c", "bd"]
    pattern = re.compile(any_of(words))
    tried = ("".join(letters) for size in range(1, 5) for letters in product("abc.d", repeat=size))
    assert [word for word in tried if pattern.fullmatch(word)] == sorted(words, key=lambda word: (len(word), word))


def test_every_spelling_of_a_body_of_the_gazetteer_leads_to_it_in_any_case():
    for body in gazetteer().bodies.values():
        for name in (body.label, *body.initials, *body.names, *body.also):
            for written in (name, name.lower(), fold(name), f"  {name} "):
                assert key_of_name(written) == f"body:{body.id}", written
    assert key_of_name("la CAF") == key_of_name("l'ADMR").replace("admr", "caf") == "body:caf"
    assert key_of_name("Les Amis du Port") == "body:amis-du-port"
