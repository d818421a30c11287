"""Call the stand-in's Admin API and token endpoint in tests."""

from typing import Any

import requests

from tests.goto_service import GotoService

ACCOUNT = "3573452345871200001"
MEETING, WEBINAR, TRAINING, OPEN_VOICE = (f"135553441687120000{n}" for n in range(1, 5))


class AdminApi(requests.Session):
    """Calls below the demo account, as someone who is signed in."""

    def __init__(self, service: GotoService, token: str) -> None:
        super().__init__()
        self.trust_env = False
        self.root = f"{service.url}/admin/rest/v1"
        self.base = f"{self.root}/accounts/{ACCOUNT}"
        self.headers["Authorization"] = f"Bearer {token}"

    def request(self, method: str, url: str, *args: Any, **more: Any) -> requests.Response:
        address = url if url.startswith("http") else f"{self.base}/{url}"
        return super().request(method, address, *args, **more)

    def add(self, email: str, **beside: object) -> str:
        """Create one user and give the key."""
        person = {"email": email, "firstName": "Ann", "lastName": "Ek"}
        answer = self.post("users", json={"users": [person], **beside})
        answer.raise_for_status()
        key: str = answer.json()[0]["key"]
        return key


class Scim(requests.Session):
    """SCIM calls, as someone who is signed in."""

    def __init__(self, service: GotoService, token: str) -> None:
        super().__init__()
        self.trust_env = False
        self.base = f"{service.url}/identity/v1"
        self.headers["Authorization"] = f"Bearer {token}"

    def request(self, method: str, url: str, *args: Any, **more: Any) -> requests.Response:
        return super().request(method, f"{self.base}/{url}", *args, **more)

    def add(self, email: str, **more: object) -> str:
        """Create one user and give the id."""
        person = {"userName": email, "name": {"givenName": "Ann", "familyName": "Ek"}, **more}
        answer = self.post("Users", json=person)
        assert answer.status_code == 201, answer.text
        key: str = answer.json()["id"]
        return key


def grant(service: GotoService, path: str = "/oauth/token", client: tuple[str, str] | None = None, **form: str) -> Any:
    """The token endpoint's answer to a form."""
    credentials = client or (service.client_id, service.client_secret)
    return service.http.post(f"{service.url}{path}", data=form, auth=credentials, timeout=30)


def signed_in(service: GotoService, email: str, password: str) -> AdminApi:
    answer = grant(service, grant_type="password", username=email, password=password)
    return AdminApi(service, answer.json()["access_token"])


def codes(answer: requests.Response) -> list[str]:
    """The error codes of GoTo's envelope."""
    assert answer.json()["incidentId"]
    return [error["code"] for error in answer.json()["errors"]]
