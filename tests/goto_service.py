"""Start the real stand-in for GoTo on a free port, and ask it or tell it things that GoTo's API has no call for."""

import contextlib
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30


class GotoService:
    """A running stand-in. `url` has no slash at its end; the client and people are those of its demo data."""

    client_id, client_secret = "demo-client", "demo-secret"
    admin, admin_password = "admin@contoso.example", "Demo-admin-1"
    helpdesk, helpdesk_password = "helpdesk@contoso.example", "Demo-helpdesk-1"
    admin_pat, helpdesk_pat = "demo-pat-admin", "demo-pat-helpdesk"

    def __init__(self, url: str, process: "subprocess.Popen[str]") -> None:
        self.url = url
        self.process = process
        self.http = requests.Session()
        self.http.trust_env = False

    scim2_token = "demo-scim-token"

    @property
    def scim2_url(self) -> str:
        return f"{self.url}/scim/v2"

    def manners(self, **manners: object) -> None:
        """How the SCIM 2.0 service differs from the standard: `manners(patch=False)`. A reset puts them back."""
        self._switch("PATCH", "scim2/manners", manners)

    def scim2_held(self) -> list[dict[str, Any]]:
        """Everybody and every group of the SCIM 2.0 service."""
        found: list[dict[str, Any]] = self._switch("GET", "scim2")["resources"]
        return found

    @property
    def token_url(self) -> str:
        return f"{self.url}/oauth/token"

    @property
    def authorize_url(self) -> str:
        return f"{self.url}/oauth/authorize"

    def reset(self) -> None:
        """Back to the demo data; tokens issued before are no longer valid."""
        self._switch("POST", "reset", {})

    def accounts(self) -> list[dict[str, Any]]:
        """Every account as the Admin API would give it, administrators included, sorted by e-mail."""
        found: list[dict[str, Any]] = self._switch("GET", "accounts.json")["accounts"]
        return found

    def account(self, email: str) -> dict[str, Any] | None:
        return next((one for one in self.accounts() if one["email"].lower() == email.lower()), None)

    def edit(self, key: str, **values: object) -> None:
        """Change an account behind everybody's back; names as in the API, and `idle` for INACTIVE."""
        self._switch("PATCH", f"accounts/{key}", values)

    def remove(self, key: str) -> None:
        self._switch("DELETE", f"accounts/{key}")

    def add(self, email: str, **values: object) -> str:
        """Create an account behind everybody's back, also a second one with this address, and give its key."""
        person = {"firstName": "Ann", "lastName": "Ek", **values, "email": email}
        key: str = self._switch("POST", "accounts", person)["key"]
        return key

    def set_seats(self, license_key: str, seats: int) -> None:
        self._switch("PATCH", f"licenses/{license_key}", {"seats": seats})

    def deeds(self) -> dict[str, dict[str, int]]:
        """How often each address was `created`, `suspended` and `deleted` through the API."""
        found: dict[str, dict[str, int]] = self._switch("GET", "deeds.json")
        return found

    def expire_tokens(self, which: str = "access") -> None:
        """Let all access tokens end now; `all`: refresh tokens too."""
        self._switch("POST", "tokens", {"expire": which})

    def limit_tokens(self, calls: int) -> None:
        """Each access token serves for so many calls from now on; 0: for any number."""
        self._switch("POST", "tokens", {"calls": calls})

    def register_client(self, client_id: str, **values: object) -> None:
        """Register an OAuth client or change one: `secret`, `grants`, `scope`, `redirectUris`."""
        self._switch("POST", "clients", {"clientId": client_id, **values})

    def add_pat(self, email: str, pat: str, **more: object) -> None:
        """Give somebody a personal access token: `scope`, and `seconds` that it lasts."""
        self._switch("POST", "pats", {"email": email, "pat": pat, **more})

    def revoke_pat(self, pat: str) -> None:
        self._switch("POST", "pats", {"revoke": pat})

    def strict(self, **switches: object) -> None:
        """Throw switches of strictness: `strict(pkce_required=True)`. A reset puts them back."""
        self._switch("PATCH", "strictness", switches)

    def fault(self, call: str, kind: str, **more: object) -> None:
        """Let the next calls of this name go wrong: `fault("users.create", "status", status=503, times=3)`."""
        self._switch("POST", "faults", {"call": call, "kind": kind, **more})

    def plan(self, seed: int, rate: float, *kinds: object, calls: str = "users.*") -> None:
        """Let a random share of the calls go wrong: kinds, statuses as text, or faults as `fault` takes them."""
        self._switch("POST", "faults/plan", {"seed": seed, "rate": rate, "kinds": kinds, "calls": calls})

    def struck(self) -> dict[str, int]:
        """How often each kind of fault struck since the faults were cleared."""
        found: dict[str, int] = self._switch("GET", "faults")["struck"]
        return found

    def clear_faults(self) -> None:
        self._switch("DELETE", "faults")

    def advance_clock(self, seconds: float) -> None:
        """Let the service's time run ahead, so that tokens expire."""
        self._switch("POST", "clock", {"advance_seconds": seconds})

    def stop(self) -> int:
        """Ask the process to end, as a supervisor does, and give its exit code."""
        self.http.close()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=START_SECONDS)

    def _switch(self, method: str, path: str, body: object = None) -> Any:
        answer = self.http.request(method, f"{self.url}/sandbox/{path}", json=body, timeout=START_SECONDS)
        answer.raise_for_status()
        return answer.json() if answer.content else None


@contextlib.contextmanager
def running_service(folder: Path, *options: str) -> Iterator[GotoService]:
    """The stand-in with its data in `folder`, as long as the context lasts. A second start finds the data again."""
    words = [sys.executable, "-m", "provisioning.sandbox", "--port", "0", "--data", str(folder / "goto.sqlite3")]
    errors = folder / "goto.log"
    with (
        errors.open("a") as log,
        subprocess.Popen([*words, *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            service = GotoService(_ready_url(process, errors), process)
            yield service
            if process.poll() is None:
                service.stop()
        finally:
            if process.poll() is None:
                process.kill()


def _ready_url(process: "subprocess.Popen[str]", errors: Path) -> str:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    line = process.stdout.readline() if ready else ""
    found = re.search(r"http://[\d.]+:\d+", line)
    if not found:
        raise RuntimeError(f"The stand-in did not start: {errors.read_text()}")
    return found[0]
