"""A real browser for tests, and clicks that lead to another page: they return when that page has loaded, however slow the machine is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

expect.set_options(timeout=30_000)


@contextmanager
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, beside Django, which asks for this variable as Playwright runs a loop of its own."""
    with sync_playwright() as player:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        started = player.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield started
        started.close()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def go(page: Page, pressed: str | Locator) -> None:
    """Press a link or a button and wait for the page that follows: a bare click returns before it has come."""
    target = page.locator(pressed).first if isinstance(pressed, str) else pressed
    with page.expect_navigation():
        target.click()
