"""The stage with its lights on: a portal of its own, served by a process of its own, and a browser before it.

Apart from the tests, because Django lets nobody at its database where Playwright's loop runs.
"""

import contextlib
import json
import os
import select
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.goto_service import GotoService
from tests.walk.accessible import WIDE, state
from tests.walk.counting import HEADER, MOST
from tests.walk.pages import View
from tests.walk.running import ROOT
from tests.walk.stage import Stage

PROGRAM = "from tests.walk import stage; stage.serve({url!r})"
START_SECONDS = 180


@contextlib.contextmanager
def theatre(service: GotoService, folder: Path) -> Iterator[Stage]:
    """Open as long as the context lasts. Its database is in memory, its other data are in `folder`."""
    own = {"PORTAL_VAR": str(folder), "PORTAL_DATABASE_URL": "sqlite://:memory:", "PORTAL_ALLOW_PRIVATE": "1"}
    environment = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    program = ["manage.py", "shell", "--no-imports", "--command", PROGRAM.format(url=service.url)]
    log = folder / "theatre.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, *program], cwd=ROOT, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
        ) as process,
    ):  # fmt: skip
        try:
            ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
            line = process.stdout.readline() if ready and process.stdout else ""
            if not line:
                raise RuntimeError(f"The stage could not be set: {log.read_text()[-3000:]}")
            yield Stage(**json.loads(line))
        finally:
            if process.stdin:
                process.stdin.close()  # it ends with its input


@dataclass
class Audience:
    """`page` is signed in, `stranger` is not; `heard`: what a browser complained of since it was last asked."""

    stage: Stage
    page: Page
    stranger: Page
    heard: list[str] = field(default_factory=list)
    status: int = 200

    def open(self, view: View) -> Page:
        """The page with this view on it, its scene played."""
        page = self.stranger if view.stranger else self.page
        self.heard.clear()
        self.status = view.status
        page.set_viewport_size({"width": WIDE, "height": 900})
        answer = page.goto(self.stage.url + view.address(self.stage))
        if answer is None or answer.status != view.status or answer.request.redirected_from:
            self.heard.append(f"broken: {answer and answer.status} {page.url}")
        elif (number := int(answer.headers[HEADER.lower()])) > MOST:
            self.heard.append(f"takes {number} queries, at most {MOST} are allowed")
        elif view.scene:
            view.scene(page)
        return page

    def barriers(self, views: Iterable[View]) -> dict[str, list[str]]:
        """What is wrong, by the pages that have something wrong."""
        found = {view.name: state(self.open(view)) + self.heard for view in views}
        return {name: wrong for name, wrong in found.items() if wrong}

    def listen(self, page: Page) -> None:
        """To errors of scripts, and to everything that the console calls one: a broken security policy above all."""
        page.on("pageerror", lambda error: self.heard.append(f"script: {error}"))
        page.on("console", lambda line: self.heard.append(f"console: {line.text}") if self._is_error(line) else None)

    def _is_error(self, line: ConsoleMessage) -> bool:
        """The browser remarks on every answer that is refused; forms are with 422."""
        return line.type == "error" and not any(f"a status of {each} " in line.text for each in (422, self.status))


@contextlib.contextmanager
def audience(browser: Browser, stage: Stage) -> Iterator[Audience]:
    page, stranger = (browser.new_context(reduced_motion="reduce").new_page() for _ in range(2))
    page.context.add_cookies([{"name": "portal_session", "value": stage.session, "url": stage.url}])
    found = Audience(stage, page, stranger)
    for each in (page, stranger):
        found.listen(each)
    yield found
    page.context.close()
    stranger.context.close()
