"""The explorer while somebody imports, in another process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from endpoint.settings import EndpointSettings
from graph import analysis
from graph.store import Store
from graph.store.journal import Cause
from server import create_app, make_store
from settings import Settings
from tests.web.conftest import serving

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "data" / "pages" / "actions-lot.txt"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(store=tmp_path / "s.sqlite", endpoint=EndpointSettings(lag_seconds=60))
    make_store(settings)
    return settings


@pytest.fixture
def url(settings: Settings) -> Iterator[str]:
    with serving(create_app(settings)) as url:
        yield url


def test_an_import_is_seen_without_a_restart_within_a_second(
    context: BrowserContext, url: str, settings: Settings, tmp_path: Path
):
    text = PAGE.read_text(encoding="utf-8").replace("Repas oriental", "Repas du monde")
    corrected = tmp_path / "corrected.txt"
    corrected.write_text(text, encoding="utf-8")
    with context.new_page() as page:
        page.goto(url)
        expect(page.locator("#count")).to_have_text("16 actions")
        expect(page.locator("main")).to_contain_text("Repas oriental")
        command = [sys.executable, "-m", "maillage", "import", str(corrected), "--source", "actions-lot.txt"]
        subprocess.run([*command, "-o", str(settings.store)], cwd=ROOT, check=True, capture_output=True, timeout=120)
        with Store(settings.store) as store:
            position = store.head().position
        # The server waits for a position for a second (MAILLAGE_WAIT_SECONDS), and then says that it is behind.
        headers = {"x-maillage-at-least": str(position)}
        answer = page.request.post(f"{url}/graphql", headers=headers, data={"query": "{ dataset { version } }"})
        assert (answer.status, answer.headers["x-maillage-position"]) == (200, str(position))
        page.reload()
        expect(page.locator("main")).to_contain_text("Repas du monde")
        expect(page.locator("main")).not_to_contain_text("Repas oriental")


def test_what_was_found_before_the_last_changes_says_so(
    context: BrowserContext, monkeypatch: pytest.MonkeyPatch, settings: Settings
):
    monkeypatch.setattr(analysis, "ALWAYS_EXACT", 0)
    with serving(create_app(settings)) as url, context.new_page() as page:
        sentence = page.get_by_text("Calculé avant les derniers changements.")
        families = page.locator("section.part").filter(has_text="familles d’actions")
        page.goto(f"{url}/chiffres")
        expect(families).to_be_visible()
        expect(sentence).to_have_count(0)
        with Store(settings.store) as store:
            key = next(store.sheets())[0]
            written = store.writer.withdraw(key, expected=1, cause=Cause("me"))
        headers = {"x-maillage-at-least": str(written.position)}
        page.request.post(f"{url}/graphql", headers=headers, data={"query": "{ dataset { version } }"})
        page.reload()
        expect(families.get_by_text("Calculé avant les derniers changements.")).to_have_count(1)
        page.goto(f"{url}/mots-cles/mixite-sociale")
        expect(page.get_by_text("Des centres qui pourraient en parler")).to_be_visible()
        expect(sentence).to_have_count(1)
