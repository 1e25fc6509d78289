from __future__ import annotations

import re
from pathlib import Path

import pytest

from settings import Settings, SettingsError, table
from tests.write_settings import document

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "settings.md"


def test_the_environment_changes_the_defaults():
    given = {"MAILLAGE_PORT": "9000", "MAILLAGE_GRAPHIQL": "no", "MAILLAGE_LIMIT_COST": "5", "PATH": "/bin"}
    found = Settings.from_environment(given)
    assert (found.port, found.graphiql, found.limits.cost) == (9000, False, 5)
    assert Settings.from_environment({}) == Settings()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MAILLAGE_PORTE", "1", "did you mean MAILLAGE_PORT"),
        ("MAILLAGE_PORT", "eighty", "whole number"),
        ("MAILLAGE_GRAPHIQL", "perhaps", "true"),
        ("MAILLAGE_ENDPOINT_LAG_SECONDS", "soon", "number"),
        ("MAILLAGE_LIMIT_COST", "0", "MAILLAGE_LIMIT_COST='0' cannot be used; give a whole number of at least 1"),
        ("MAILLAGE_WORKERS", "0", "at least 1"),
        ("MAILLAGE_ENDPOINT_LAG_SECONDS", "-1", "above 0"),
    ],
)
def test_an_unusable_setting_is_named_with_what_is_accepted(name: str, value: str, said: str):
    with pytest.raises(SettingsError, match=said):
        Settings.from_environment({name: value})


def test_a_setting_given_in_code_is_checked_too():
    with pytest.raises(ValueError, match=r"Settings\.port is -1; a whole number of at least 0 is needed"):
        Settings(port=-1)


def test_what_is_exported_is_read_back(monkeypatch: pytest.MonkeyPatch):
    for row in table():
        monkeypatch.delenv(row.variable, raising=False)
        monkeypatch.setenv(row.variable, str(row.default))
    changed = Settings(port=9001, memo_bytes=0, graphiql=False)
    changed.export()
    assert Settings.from_environment() == changed


def test_every_setting_is_in_the_documentation_with_its_default():
    documented = dict(re.findall(r"^\| `(MAILLAGE_\w+)` \| (.*?) \|", DOCUMENT.read_text(encoding="utf-8"), re.M))
    assert set(documented) == {row.variable for row in table()}
    for row in table():
        if row.variable == "MAILLAGE_DATA":
            assert documented[row.variable] == "the folder `data/pages`"
        else:
            text = documented[row.variable].strip("`").replace("–", "")
            assert row.read(text) == row.default, row.variable


def test_the_documentation_is_as_the_table_of_settings_writes_it():
    assert DOCUMENT.read_text(encoding="utf-8") == document()
