"""Clicks that lead to another page: they return when that page has loaded, however slow the machine is."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

expect.set_options(timeout=30_000)


def go(page: Page, pressed: str | Locator) -> None:
    """Press a link or a button and wait for the page that follows: a bare click returns before it has come."""
    target = page.locator(pressed).first if isinstance(pressed, str) else pressed
    with page.expect_navigation():
        target.click()
