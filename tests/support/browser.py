"""A browser on the pages of a running system, as one user."""

import re
import shutil
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from lodestone.ids import new_id
from lodestone_gateway.cookies import LOCAL_COOKIE
from lodestone_local.credentials import read_secret, sign_token
from lodestone_local.database import subscribe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from support.running_system import RunningSystem

# The shell first: the whole browser draws its own tabs and menus too, unseen, for each window of a test.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
WITHOUT = (
    "THE PAGES ARE NOT TESTED: there is no Chromium. As root: "
    "apt-get update && apt-get install -y chromium-headless-shell"
)
PATIENCE = 20_000  # ms that a page has to keep a promise

WRITTEN = "li.concept:not(.wait):not(.picks)"  # an idea that has been written

expect.set_options(timeout=PATIENCE)


def chromium() -> str | None:
    """The path of the system's Chromium."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Visitor:
    """One user with browser windows; collects every error that a page reports."""

    def __init__(
        self,
        system: RunningSystem,
        browser: Browser,
        *,
        plan: str = "unlimited",
        id: UUID | None = None,
        is_operator: bool = False,
    ):
        self.id = id or new_id()
        self.token = sign_token(read_secret(system.data_dir), self.id, operator=is_operator)
        self.troubles: list[str] = []
        self._system = system
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        subscribe(system.told["postgres"], self.id, plan)

    def open(self, path: str, *, width: int = 1280, theme: str = "light", **how: Any) -> Page:
        """Opens this page in a new window."""
        context = self._browser.new_context(
            base_url=self._system.gateway,
            viewport={"width": width, "height": 900},
            color_scheme=theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            **how,
        )
        context.set_default_timeout(PATIENCE)
        context.add_cookies(
            [{"name": LOCAL_COOKIE, "value": self.token, "url": self._system.gateway, "sameSite": "Lax"}]
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        self._contexts.append(context)
        return self.tab(context, path)

    def tab(self, context: BrowserContext, path: str) -> Page:
        """Opens another tab of a window."""
        page = context.new_page()
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self._note("error", str(error)))
        page.goto(path)
        return page

    def api(self, method: str, path: str, **how: Any) -> Any:
        """What the API answers to this user."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self._system.http.request(method, self._system.gateway + path, headers=headers, **how)
        return answer.raise_for_status().json() if answer.content else None

    def _note(self, kind: str, text: str) -> None:
        # The browser also logs refused forms and requests that fail offline; those are expected.
        if kind == "error" and "Failed to load resource" not in text:
            self.troubles.append(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for context in self._contexts:
            context.close()
        assert not self.troubles or error is not None, self.troubles


def turn_to(page: Page, place: str) -> None:
    """Goes to a piece of the workspace, or to its settings."""
    pieces = page.get_by_role("navigation", name="Pieces")
    pieces.get_by_role("link", name=re.compile(rf"^{place}\b")).click()
    expect(pieces.locator("[aria-current=page]")).to_have_text(re.compile(rf"^\s*{place}"))


def lead_magnet_of(page: Page) -> str:
    """The id of the lead magnet whose page this is."""
    return page.url.partition("/library/")[2].partition("/")[0]


def generate(page: Page, what: str = "I help engineering consultancies raise their fees.") -> str:
    """Fills in the form and asks for ten ideas; returns the address of their page."""
    page.get_by_label("What you do").fill(what)
    page.get_by_label("B2B Service Provider").check()
    page.get_by_role("button", name="Generate 10 ideas").click()
    page.wait_for_url("**/create/ideas/*")
    return page.url
