"""GoTo without a network: answers in the shapes that were recorded or documented, with made-up people and keys."""

import re
from typing import Any, cast

from provisioning.connectors.goto import GoTo
from tests.wire.answers import Answers, Asked, Reply, session_with

ACCOUNT = "3573452345000000001"
TOKEN = {"access_token": "eyJ-token", "token_type": "Bearer", "expires_in": 3600, "scope": "identity:"}
ME: dict[str, Any] = {
    "key": "5226234234000000001",
    "accountKey": ACCOUNT,
    "email": "ada@contoso.example",
    "firstName": "Ada",
    "lastName": "Admin",
    "locale": "en_US",
    "orgAdmin": False,
    "adminRoles": ["SUPER_USER", "MANAGE_USERS", "MANAGE_SEATS"],
    "accounts": [{"key": ACCOUNT, "name": "Contoso", "adminRoles": ["SUPER_USER"]}],
    "createTime": 1506076497748,
    "products": ["G2W", "G2M"],
}
USER: dict[str, Any] = {
    "key": "5348866090000000001",
    "email": "cy@contoso.example",
    "firstName": "Cy",
    "lastName": "Cole",
    "locale": "en_US",
    "timeZone": "America/Los_Angeles",
    "licenseKeys": ["1355534416000000001"],
    "products": ["G2MFREE"],
    "groupKey": "2493304650000000001",
    "groupName": "Defenders",
    "settings": {"G2M": {"recordingEnabled": True, "chatEnabled": True}},
    "passwordCreated": False,
    "invitedDate": 1588085082030,
    "nameLocked": False,
    "emailLocked": False,
    "identityReadOnly": False,
    "canAuthenticate": False,
    "status": "INVITED",
    "inviteCount": 1,
}
LICENCE: dict[str, Any] = {  # here keys are numbers
    "key": 1355534416000000001,
    "seats": 25,
    "userCount": 3,
    "enabled": True,
    "description": "GoToMeeting",
    "type": "NAMED",
    "userKeys": [],
    "products": ["G2M"],
    "entitlements": {"g2m": {}},
}


def page(*results: Any, total: int | None = None) -> dict[str, Any]:
    """A list answer; `toIndex` is exclusive."""
    count = len(results) if total is None else total
    return {"results": list(results), "fromIndex": 0, "toIndex": len(results), "total": count}


def problem(code: str, **more: Any) -> dict[str, Any]:
    return {"incidentId": "incident-7", "errors": [{"code": code, **more}]}


def goto(answers: dict[str, Any], **settings: str) -> tuple[GoTo, Answers]:
    """A connector and its target, which answers `METHOD path`; paths of users and licences are those in the account.

    A reply is status and body, or a function from the request to them.
    """
    usual = {"POST /oauth/token": (200, TOKEN), "GET me": (200, ME), "GET licenses": (200, page(LICENCE))}
    replies = {**usual, **answers}

    def answer(asked: Asked) -> Reply:
        path = re.sub(r"^/admin/rest/v1/(accounts/\d+/)?", "", asked.path)
        reply: Any = replies[f"{asked.method} {path}"]
        return cast(Reply, reply(asked) if callable(reply) else reply)

    transport = Answers(answer)
    credentials = {"username": "ada@contoso.example", "password": "a-password", "client_id": "id", **settings}
    return GoTo(credentials, session_with(transport)), transport
