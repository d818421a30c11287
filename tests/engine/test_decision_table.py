"""The decision table of deprovisioning (Microsoft's), every row: what happens to the account of who is not wanted."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from provisioning.choices import Action, MappingType, ObjectType, Operator, Origin, Status
from provisioning.connectors.memory import Memory, MemoryWithSwitch
from provisioning.records import Candidate, Clause, JobRules, ObjectState, Rule, ScopingFilter
from tests.engine.values import RULES, make_group, make_group_rules, make_rules, make_state
from tests.engine.walking import DISABLED, PURGED, UNASSIGNED, account, known, sent, walk, walked

USER, GROUP = ObjectType.USER, ObjectType.GROUP

NO_ROLE: dict[str, Any] = {"roles": ()}
IN_BIN: dict[str, Any] = {"soft_deleted": True}
FILTERED: dict[str, Any] = {"attributes": {"surname": "Robot"}}

NOTHING: dict[str, int] = {}
DISABLE, DELETE, ENABLE, UPDATE = {"disable": 1}, {"delete": 1}, {"enable": 1}, {"update": 1}

FILTER = ScopingFilter(
    title="People", clauses=(Clause(attribute="surname", operator=Operator.NOT_EQUALS, value="Robot"),)
)
OFF = Rule(target="active", type=MappingType.CONSTANT, source="False")
ON = Rule(target="active", type=MappingType.CONSTANT, source="True")


class WithoutSwitch(Memory):
    """Accounts are there or they are not."""

    can_disable = False


def filtered(**actions: Any) -> JobRules:
    return make_rules(filters=(FILTER,), **actions)


def lenient() -> JobRules:
    return replace(filtered(), skip_out_of_scope_deletions=True)


@dataclass(frozen=True, kw_only=True)
class Row:
    """What happened in the directory, and what is sent to the target and remembered for it."""

    source: dict[str, Any]
    sends: dict[str, int]
    code: str = ""
    rules: JobRules = field(default_factory=make_rules)
    state: dict[str, Any] = field(default_factory=dict)
    target: type[Memory] = Memory
    managed: bool = False


LEFT, OUT = "NotEffectivelyEntitled", "NotInProvisioningScope"
BARRED, GONE = "NotActiveInSource", "DeletedInSource"
WAS_OFF, WAS_LEFT = {"disabled": True}, {"disabled": True, "managed": False}
ADOPTED: dict[str, Any] = {"origin": Origin.ADOPTED, "was_in_scope": False, "managed": False}

TABLE = {
    # --- leaving
    "unassigned": Row(source=UNASSIGNED, sends=DISABLE),
    "role lost": Row(source=NO_ROLE, sends=DISABLE),
    "role lost where none is required": Row(
        source=NO_ROLE, sends=NOTHING, managed=True, rules=make_rules(role_required=False)
    ),
    "unassigned in sync all": Row(source=UNASSIGNED, sends=NOTHING, managed=True, rules=make_rules(everyone=True)),
    "out of the filter": Row(source=FILTERED, sends=DISABLE, rules=filtered()),
    "disabled": Row(source=DISABLED, sends=DISABLE, managed=True),
    "in the recycle bin": Row(source=IN_BIN, sends=DISABLE, managed=True),
    "unassigned and disabled before": Row(source=UNASSIGNED, sends=NOTHING, code=LEFT, state=WAS_OFF),
    "in the recycle bin and disabled before": Row(source=IN_BIN, sends=NOTHING, code=GONE, state=WAS_OFF, managed=True),
    # --- purged
    "purged": Row(source=PURGED, sends=DELETE),
    "purged after the recycle bin": Row(source=PURGED, sends=DELETE, state=WAS_OFF),
    "purged, no longer managed": Row(source={**PURGED, **UNASSIGNED}, sends=NOTHING, code=GONE, state=WAS_LEFT),
    # --- coming back
    "restored": Row(source={}, sends=ENABLE, state=WAS_OFF, managed=True),
    "assigned again": Row(source={}, sends=ENABLE, state=WAS_LEFT, managed=True),
    "assigned again, but disabled": Row(source=DISABLED, sends=NOTHING, code=BARRED, state=WAS_LEFT, managed=True),
    # --- actions switched off
    "unassigned, Delete off": Row(source=UNASSIGNED, sends=DISABLE, rules=make_rules(delete=False)),
    "purged, Delete off": Row(source=PURGED, sends=DISABLE, managed=True, rules=make_rules(delete=False)),
    "purged, Delete off, disabled before": Row(
        source=PURGED,
        sends=NOTHING,
        code="DeleteSwitchedOff",
        managed=True,
        state=WAS_OFF,
        rules=make_rules(delete=False),
    ),
    "unassigned, Update off": Row(
        source=UNASSIGNED, sends=NOTHING, code="UpdateSwitchedOff", rules=make_rules(update=False)
    ),
    "purged, Update off": Row(source=PURGED, sends=DELETE, rules=make_rules(update=False)),
    "unassigned, Create off": Row(source=UNASSIGNED, sends=DISABLE, rules=make_rules(create=False)),
    "restored, Update off": Row(
        source={}, sends=NOTHING, code="UpdateSwitchedOff", state=WAS_OFF, managed=True, rules=make_rules(update=False)
    ),
    # --- SkipOutOfScopeDeletions
    "unassigned, skipped": Row(
        source=UNASSIGNED, sends=NOTHING, code="SkipOutOfScopeDeletions", rules=lenient(), managed=True
    ),
    "out of the filter, skipped": Row(
        source=FILTERED, sends=NOTHING, code="SkipOutOfScopeDeletions", rules=lenient(), managed=True
    ),
    "disabled, not skipped": Row(source=DISABLED, sends=DISABLE, rules=lenient(), managed=True),
    "unassigned and disabled, not skipped": Row(source={**UNASSIGNED, **DISABLED}, sends=DISABLE, rules=lenient()),
    "in the recycle bin, not skipped": Row(source=IN_BIN, sends=DISABLE, rules=lenient(), managed=True),
    "purged, not skipped": Row(source=PURGED, sends=DELETE, rules=lenient()),
    # --- a target without soft delete
    "unassigned, no soft delete": Row(source=UNASSIGNED, sends=DELETE, target=WithoutSwitch),
    "disabled, no soft delete": Row(source=DISABLED, sends=DELETE, target=WithoutSwitch),
    "in the recycle bin, no soft delete": Row(source=IN_BIN, sends=DELETE, target=WithoutSwitch),
    "unassigned, no soft delete, Delete off": Row(
        source=UNASSIGNED, sends=NOTHING, code="DeleteSwitchedOff", target=WithoutSwitch, rules=make_rules(delete=False)
    ),
    "unassigned while Delete was off, no soft delete": Row(
        source=UNASSIGNED, sends=DELETE, target=WithoutSwitch, state={"managed": False}
    ),
    # --- a target with an active attribute
    "disabled, the mapping switches off": Row(
        source=DISABLED, sends=UPDATE, target=MemoryWithSwitch, rules=make_rules(*RULES, OFF), managed=True
    ),
    "disabled, no row for active": Row(
        source=DISABLED, sends=NOTHING, code="DisableNotMapped", target=MemoryWithSwitch, managed=True
    ),
    "disabled, the mapping keeps it on": Row(
        source=DISABLED,
        sends=NOTHING,
        code="DisableNotMapped",
        target=MemoryWithSwitch,
        rules=make_rules(*RULES, ON),
        managed=True,
    ),
    "unassigned, no row for active": Row(
        source=UNASSIGNED, sends=NOTHING, code="DisableNotMapped", target=MemoryWithSwitch
    ),
    "purged, no row for active": Row(source=PURGED, sends=DELETE, target=MemoryWithSwitch),
    # --- never ours
    "R20: unassigned, only adopted and never in scope": Row(source=UNASSIGNED, sends=NOTHING, code=LEFT, state=ADOPTED),
    "out of the filter, only adopted": Row(source=FILTERED, sends=NOTHING, code=OUT, state=ADOPTED, rules=filtered()),
    "purged, only adopted": Row(source={**PURGED, **UNASSIGNED}, sends=NOTHING, code=GONE, state=ADOPTED),
    "unassigned, only adopted, no soft delete": Row(
        source=UNASSIGNED, sends=NOTHING, code=LEFT, state=ADOPTED, target=WithoutSwitch
    ),
}


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_the_table_decides(linked: Memory, row: Row) -> None:
    target = row.target(service=linked.service)

    outcome = walk(target, make_state(**row.state), row.rules, **row.source)

    assert (sent(target), outcome.code, outcome.staged) == (row.sends, row.code, None)
    assert outcome.status is (Status.SKIPPED if row.code else Status.SUCCESS)
    if row.sends == DELETE:
        assert known(outcome) == ObjectState(was_in_scope=True, status=Status.SUCCESS)
    else:
        assert known(outcome).managed is row.managed


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_a_second_look_sends_nothing_more(linked: Memory, row: Row) -> None:
    target = row.target(service=linked.service)
    first = walk(target, make_state(**row.state), row.rules, **row.source)

    walk(target, known(first), row.rules, **row.source)

    assert sent(target) == NOTHING


def test_who_is_disabled_in_the_directory_and_has_no_account_gets_none(target: Memory) -> None:
    outcome = walk(target, **DISABLED)

    assert (outcome.status, outcome.code, sent(target)) == (Status.SKIPPED, BARRED, NOTHING)


@pytest.mark.parametrize(
    ("code", "rules", "connector", "text"),
    [
        (
            "UpdateSwitchedOff",
            {"update": False},
            Memory,
            "The account should be disabled, and the action Update is switched off.",
        ),
        (
            "DeleteSwitchedOff",
            {"delete": False},
            WithoutSwitch,
            "The account should be deleted, and the action Delete is switched off.",
        ),
        (
            "DisableNotMapped",
            {},
            MemoryWithSwitch,
            "The account should be disabled, and no mapping switches active off.",
        ),
    ],
)
def test_why_an_account_keeps_its_access_is_said(
    linked: Memory, code: str, rules: dict[str, bool], connector: type[Memory], text: str
) -> None:
    outcome = walk(connector(service=linked.service), make_state(), make_rules(**rules), **UNASSIGNED)

    assert (outcome.code, str(outcome.reason), outcome.logged) == (code, text, True)


def test_an_active_attribute_is_switched_in_one_request_and_back(linked: Memory) -> None:
    target = MemoryWithSwitch(service=linked.service)
    by_account = make_rules(*RULES, Rule(target="active", source="accountEnabled"))
    state = make_state(sent={**make_state().sent, "active": True})

    off = walk(target, state, by_account, active=False, attributes={"accountEnabled": False})

    assert (off.action, sent(target), account(target).active) == (Action.DISABLE, UPDATE, False)
    assert (known(off).disabled, known(off).sent["active"]) == (True, False)

    on = walk(target, known(off), by_account, attributes={"accountEnabled": True})

    assert (on.action, sent(target), account(target).active) == (Action.UPDATE, UPDATE, True)
    assert (known(on).disabled, str(on.reason)) == (False, "Changed in the directory: active.")


# --- groups have no disabled state


@pytest.mark.parametrize(
    ("source", "actions", "sends", "code"),
    [
        pytest.param(UNASSIGNED, {}, DELETE, "", id="unassigned"),
        pytest.param(IN_BIN, {}, DELETE, "", id="deleted"),
        pytest.param(PURGED, {}, DELETE, "", id="purged"),
        pytest.param(UNASSIGNED, {"delete": False}, NOTHING, "DeleteSwitchedOff", id="unassigned, Delete off"),
        pytest.param(UNASSIGNED, {"update": False}, DELETE, "", id="unassigned, Update off"),
    ],
)
def test_a_group_that_is_not_wanted_is_deleted(
    target: Memory, source: dict[str, Any], actions: dict[str, bool], sends: dict[str, int], code: str
) -> None:
    target.create(GROUP, {"displayName": "Group 1"})
    target.service.requests.clear()
    state = make_state(sent={"displayName": "Group 1"})

    outcome = walked(Candidate(make_group(**source), state), target, make_group_rules(**actions))

    assert (sent(target), outcome.code) == (sends, code)
