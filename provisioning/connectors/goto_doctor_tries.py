"""What can be told of GoTo's Admin API with one throw-away user only, who is created, suspended and deleted."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from provisioning.choices import ObjectType
from provisioning.connectors.goto_probe import Finding, Probe, answered, unknown
from provisioning.connectors.goto_values import error_codes
from provisioning.texts import gettext_noop, say

PERSON = ObjectType.USER

FOUND_AT_ONCE = gettext_noop("Who was just created is found at once: %(count)s found.")
CREATED = gettext_noop("A user is created without licence and role, with the status %(status)s.")
INVITED = gettext_noop("A new user was invited %(count)s times.")
SUSPENDED = gettext_noop("Empty lists take licences and roles away; the status is then %(status)s.")
DELETED = gettext_noop("A delete answers %(status)s, and the user is then gone.")

NO_SEAT = gettext_noop("no licence has a free seat")
ALL_FREE = gettext_noop("every licence has a free seat")
CREATES = ("read-after-create", "create-bare", "invitations")
REFUSALS = ("update-key", "unknown-attributes", "unknown-keys", "limits")
LICENCES = ("update-answer", "lists-replace", "license-not-held")


def tries(probe: Probe, key: str, address: str) -> Mapping[tuple[str, ...], Callable[[], Sequence[Finding]]]:
    return {
        CREATES: partial(_created, probe, key, address),
        REFUSALS: partial(_refused, probe, key),
        LICENCES: partial(_suspended, probe, key),
        ("seats-exceeded",): partial(_no_seat, probe, key),
    }


def deleted(probe: Probe, key: str) -> Sequence[Finding]:
    """The end of the throw-away user, which comes whatever was before."""
    answer = probe.admin("DELETE", "users", key)
    gone = probe.target.get(PERSON, key) is None
    text = say(DELETED, status=answer.status)
    return [Finding(assumption="delete-answer", held=answer.status == 204 and gone, text=text)]


def _created(probe: Probe, key: str, address: str) -> Sequence[Finding]:
    found = len(probe.target.find(PERSON, "email", address))
    user = probe.target.call("GET", probe.target.path("users", key))
    status, invited = str(user.get("status")), int(user.get("inviteCount") or 0)
    return [
        Finding(assumption="read-after-create", held=found == 1, text=say(FOUND_AT_ONCE, count=found)),
        Finding(assumption="create-bare", held=status == "SUSPENDED", text=say(CREATED, status=status)),
        Finding(assumption="invitations", held=invited == 1, text=say(INVITED, count=invited)),
    ]


def _refused(probe: Probe, key: str) -> Sequence[Finding]:
    with_key, unknown_name, unknown_key, name, locale = (
        probe.admin("PUT", "users", key, body=body)
        for body in (
            {"key": key},
            {"nickName": "x"},
            {"licenseKeys": ["1"]},
            {"firstName": "x" * 61},
            {"locale": "en-US"},
        )
    )
    return [
        answered("update-key", with_key, with_key.status == 400),
        answered("unknown-attributes", unknown_name, unknown_name.ok),
        answered("unknown-keys", unknown_key, unknown_key.status == 400),
        answered("limits", name, name.status == 400),
        answered("limits", locale, locale.status == 400),
    ]


def _suspended(probe: Probe, key: str) -> Sequence[Finding]:
    """Not by `disable`, which has a way around."""
    free = probe.target.free_licence()
    if free is None:
        return unknown(LICENCES, NO_SEAT)
    given = probe.admin("PUT", "users", key, body={"licenseKeys": [free]})
    if not given.ok:
        return [answered("update-answer", given, False), *unknown(LICENCES[1:], NO_SEAT)]
    probe.admin("PUT", "users", key, body={"licenseKeys": [], "adminRoles": []})
    status = str(probe.target.call("GET", probe.target.path("users", key)).get("status"))
    probe.admin("DELETE", "licenses", free, "users", key)
    not_held = probe.admin("DELETE", "licenses", free, "users", key)
    return [
        answered("update-answer", given, given.status == 200 and not given.exchange.response),
        Finding(assumption="lists-replace", held=status == "SUSPENDED", text=say(SUSPENDED, status=status)),
        answered("license-not-held", not_held, not_held.status == 404),
    ]


def _no_seat(probe: Probe, key: str) -> Sequence[Finding]:
    full = probe.target.full_licence()
    if full is None:
        return unknown(["seats-exceeded"], ALL_FREE)
    answer = probe.admin("PUT", "users", key, body={"licenseKeys": [full]})
    held = answer.status == 409 and "license.seats.exceeded" in error_codes(answer.data)
    return [answered("seats-exceeded", answer, held)]
