"""Phones in a real browser that go without signal, for the tests of what they keep."""

from __future__ import annotations

from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from tests.web.township import PASSWORD

_LEFT = """() => new Promise((done) => {
  const asked = indexedDB.open("zhenwu", 1);
  asked.onsuccess = () => { const all = asked.result.transaction("entries").objectStore("entries").getAll(); all.onsuccess = () => { asked.result.close(); done(all.result); }; };
})"""
_KEPT = """async (wanted) => Boolean(((await navigator.serviceWorker.getRegistration()) || {}).active) && (await Promise.all(wanted.map((one) => caches.match(one, { ignoreVary: true })))).every(Boolean)"""


def sign_in(page: Page, login: str, onward: str = "") -> None:
    """Somebody logs in on this phone."""
    page.goto(f"/login?next={onward}" if onward else "/login")
    page.fill("#id_username", login)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(f"**{onward or '/'}")


def phone(browser: Browser, live_server: LiveServer, login: str, path: str, kept: list[str] | None = None) -> tuple[BrowserContext, Page]:
    """A phone that has a page open, and this page (and what else is to be ``kept``) for a time without signal."""
    context = browser.new_context(viewport={"width": 390, "height": 760}, base_url=live_server.url)
    page = context.new_page()
    sign_in(page, login)
    page.goto(path)
    for _ in range(200):
        if page.evaluate(_KEPT, [path, "/unsent", "/static/web/kept.js", "/static/web/style.css", *(kept or [])]):
            return context, page
        page.wait_for_timeout(100)
    raise AssertionError("the page was not kept for the time without signal")


def left(page: Page) -> int:
    """How many entries lie on this phone, whoever they are of."""
    return len(page.evaluate(_LEFT))


def hang_up(context: BrowserContext) -> None:
    """Put a phone away once nothing of it is under way: what the server still answers would ask a database that the test gave back."""
    for page in context.pages:
        page.wait_for_load_state("networkidle")
    context.close()
