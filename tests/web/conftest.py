"""A browser and a server for the tests of the pages."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.types import ASGIApp

from endpoint.settings import EndpointSettings
from server import create_app
from settings import Settings

CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--proxy-server=http://127.0.0.1:9",  # nobody listens there; loopback addresses go past it
]


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serves `app` on a free loopback port while the block runs; gives its address, without a slash at the end."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", loop="asyncio", ws="none", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        # The socket listens already: a request waits in its queue until the server is up.
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the whole service over the data of this repository, in a store of its own."""
    store = tmp_path_factory.mktemp("store") / "maillage.sqlite"
    # The server shares its interpreter with the tests: its loop is late for reasons that are not overload.
    settings = Settings(store=store, endpoint=EndpointSettings(lag_seconds=60))
    with serving(create_app(settings)) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless, with a network that ends at the loopback: a dead proxy takes everything else."""
    if not CHROMIUM.exists():
        message = f"{CHROMIUM} is missing: install it (`apt install chromium`) to test the pages"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One context for all pages, so that the libraries are fetched once."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        context.set_default_timeout(20_000)
        yield context


class OfflinePage:
    """A page that may speak to `origin` alone, and a record of what it asked for and of what went wrong on it."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.origin = origin
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error.stack or error)))

    def before_first_load(self, script: str) -> None:
        """Runs `script` on the next load, before the page's own scripts, and not again when the page is reloaded."""
        name = json.dumps(script)
        self.page.add_init_script(
            f"if (!sessionStorage.getItem({name})) {{ sessionStorage.setItem({name}, 'done'); {script} }}"
        )

    def check(self) -> None:
        """Asserts that nothing was asked of another host, and that the browser reported no error."""
        ours = (f"{self.origin}/", "data:", "blob:")
        assert [url for url in self.asked if not url.startswith(ours)] == []
        assert self.errors == []


@contextmanager
def offline_page(context: BrowserContext, origin: str, path: str) -> Iterator[OfflinePage]:
    """`path` opened as if for the first time, closed after the block; `check` is called where the block succeeds."""
    offline = OfflinePage(context, origin)
    try:
        offline.before_first_load("localStorage.clear()")
        offline.page.goto(f"{origin}{path}")
        yield offline
        offline.check()
    finally:
        offline.page.close()
