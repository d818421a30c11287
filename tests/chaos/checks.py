"""What must be true after whatever happened. Each check names in its failure what is wrong and with whom."""

from collections import Counter
from typing import Any

from tests.chaos import expected
from tests.chaos.expected import Account, Accounts
from tests.goto_service import GotoService

ACTIONS = {"create": "created", "update": "updated", "disable": "disabled", "delete": "deleted"}
OUR_OWN = {GotoService.admin, GotoService.helpdesk}

Facts = dict[str, Any]


def counters_add_up(facts: Facts) -> None:
    """Everybody looked at is counted once, and the counters are what the activities tell."""
    for cycle in facts["cycles"]:
        counted = sum(cycle[name] for name in facts["counters"])
        assert cycle["looked_at"] == counted, cycle
        assert cycle["looked_at"] <= cycle["total"], f"Somebody was looked at twice: {cycle}"
        told = [each for each in facts["activities"] if each["cycle_id"] == cycle["id"]]
        done = Counter(ACTIONS.get(each["action"], "") for each in told if each["status"] == "success")
        counted_apart = {name: cycle[name] for name in ACTIONS.values()}
        told_apart = {name: done[name] for name in ACTIONS.values()}
        assert counted_apart == told_apart, f"counted {counted_apart}, told {told_apart}"
        last = {each["source_id"]: each["status"] for each in told}  # one tried again may have succeeded since
        assert cycle["failed"] == sum(status == "failure" for status in last.values()), cycle


def everyone_is_done_or_waits_with_a_reason(facts: Facts, rows: Facts) -> None:
    """Who is entitled and was looked at has an account by our books, or an error code; nothing is in between.

    Only a cycle that was interrupted as a whole may leave people that it has not looked at.
    """
    states = {each["source_key"]: each for each in facts["states"]}
    for state in states.values():
        assert state["status"] or state["next_try_at"], state
        assert state["code"] or state["target_id"], state
        if state["status"] == "failure":
            assert state["code"], state
            assert state["next_try_at"], state
    newest = facts["cycles"][-1]
    if newest["status"] != "completed":
        assert newest["stop_code"], newest
        return
    entitled = expected.entitlements(rows)
    wanted = {each["id"] for each in rows["users"] if expected.is_active(each) and entitled.get(each["id"])}
    unseen = wanted - set(states)
    assert not unseen, unseen


def no_account_was_made_twice(service: GotoService, removed: set[str]) -> None:
    """But for those that were removed behind everybody's back."""
    deeds = service.deeds()
    twice = {email: n for email, n in deeds["created"].items() if n > 1 + (email in removed)}
    assert not twice, twice
    addresses = Counter(each["email"].casefold() for each in service.accounts())
    shared = [email for email, n in addresses.items() if n > 1]
    assert not shared, shared


def nobody_lost_access_who_is_entitled(service: GotoService, wanted: Accounts) -> None:
    """Also not for a while: the service counts how often each account was suspended."""
    entitled = {each.email.casefold() for each in wanted.values() if each.status != "SUSPENDED"}
    wronged = entitled & set(service.deeds()["suspended"])
    assert not wronged, wronged


def accounts_are(service: GotoService, wanted: Accounts) -> None:
    """Field by field, nobody too many and nobody too few."""
    found = {each["email"]: Account.from_json(each) for each in service.accounts() if each["email"] not in OUR_OWN}
    should = {each.email: each for each in wanted.values()}
    missing, extra = sorted(should.keys() - found.keys()), sorted(found.keys() - should.keys())
    assert not missing, f"missing: {missing}, extra: {extra}"
    assert not extra, extra
    differ = {email: (found[email], each) for email, each in should.items() if found[email] != each}
    assert not differ, differ


def links_are_right(service: GotoService, facts: Facts, wanted: Accounts) -> None:
    """Each person is linked to the very account that has the person's address."""
    keys = {each["email"]: each["key"] for each in service.accounts()}
    links = {each["source_key"]: each["target_id"] for each in facts["states"] if each["target_id"]}
    right = {key: keys[each.email] for key, each in wanted.items()}
    wrong = {key: (links.get(key), right.get(key)) for key in links.keys() | right.keys()}
    wrong = {key: pair for key, pair in wrong.items() if pair[0] != pair[1]}
    states = [each for each in facts["states"] if each["source_key"] in wrong]
    codes = {each["source_key"]: (each["status"], each["code"]) for each in states}
    assert not wrong, f"linked, right: {wrong}; {codes}"
