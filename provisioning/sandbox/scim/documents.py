"""The discovery documents of SCIM 1: what the service can do, and what a user is made of."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from provisioning.sandbox import answers
from provisioning.sandbox.calls import call
from provisioning.sandbox.models import User
from provisioning.sandbox.scim.door import admitted
from provisioning.sandbox.strictness import STRICTNESS

CORE = "urn:scim:schemas:core:1.0"


@call("scim.configuration")
@admitted()
def configuration(request: HttpRequest, caller: User) -> HttpResponse:
    """assumed(scim-documents): the form is that of SCIM 1; no answer of GoTo's was recorded."""
    return answers.as_json(
        {
            "schemas": [CORE],
            "patch": {"supported": True},
            "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
            "filter": {"supported": True, "maxResults": 1000},
            "changePassword": {"supported": True},
            "sort": {"supported": True},
            "etag": {"supported": False},
            "xmlDataFormat": {"supported": False},
            "authenticationSchemes": [
                {"type": "oauthbearertoken", "name": "OAuth Bearer Token", "description": "OAuth 2, RFC 6750"}
            ],
        }
    )


@call("scim.schema")
@admitted()
def user_schema(request: HttpRequest, caller: User) -> HttpResponse:
    attributes = [
        _attribute("id", read_only=True),
        _attribute("userName", required=True),
        _attribute("displayName"),
        {**_attribute("name", kind="complex"), "subAttributes": [_attribute("givenName"), _attribute("familyName")]},
        _attribute("locale"),
        _attribute("timezone"),
        _attribute("password"),
    ]
    if STRICTNESS.scim_enterprise:
        attributes += [_attribute("active", kind="boolean"), _attribute("externalId")]
    return answers.as_json(
        {
            "id": f"{CORE}:User",
            "name": "User",
            "description": "Core User",
            "schema": CORE,
            "endpoint": "/Users",
            "attributes": attributes,
        }
    )


def _attribute(name: str, kind: str = "string", *, required: bool = False, read_only: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "multiValued": False,
        "schema": CORE,
        "readOnly": read_only,
        "required": required,
        "caseExact": False,
    }
