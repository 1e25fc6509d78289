import pytest

from graph.traversal.sentences import sentence
from tests.graph.small_networks import network_of, row


def words(*path: str) -> str:
    net, _ = network_of(
        row("a", "culture", structure="S", partners=("caf",), dimension="services"),
        row("b", "culture", "santé", structure="T"),
    )
    return sentence([net.records[key] for key in path]).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["action:a"], "Le départ et l’arrivée sont « a »."),
        (["action:a", "keyword:culture", "action:b"], "« a » partage le mot-clé « culture » avec « b »."),
        (
            ["partner:caf", "action:a", "keyword:culture", "action:b", "keyword:sante"],
            "« caf » est un type de partenaire de « a », qui partage le mot-clé « culture » avec « b »,"
            " qui a pour mot-clé « santé ».",
        ),
        (
            ["action:a", "structure:d-s", "department:d", "structure:d-t", "action:b"],
            "« a » est organisée par « S », qui partage le département « D » avec « T », qui organise « b ».",
        ),
        (["department:d", "structure:d-s"], "« D » est le département de « S »."),
        (["structure:d-s", "department:d"], "« S » est dans le département « D »."),
        (["dimension:services", "action:a"], "« services » est la dimension de « a »."),
    ],
)
def test_a_path_reads_as_one_french_sentence(path, expected):
    assert words(*path) == expected


def test_guillemets_hold_no_break_spaces():
    net, _ = network_of(row("a"))
    assert "«\N{NO-BREAK SPACE}a\N{NO-BREAK SPACE}»" in sentence([net.records["action:a"]])
