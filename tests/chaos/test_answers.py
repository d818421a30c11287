"""What the target may answer, or not answer: each fault in a first cycle and in one with changes."""

import time

import pytest

from tests.chaos.world import World, survive

pytestmark = pytest.mark.chaos
WRITES = ("users.create", "users.update")
HANG = 5  # seconds; a request of the portal waits for one

FAULTS = {
    "429 without a word when": [{"kind": "status", "status": 429}],
    "429 with seconds": [{"kind": "status", "status": 429, "retry_after": "2"}],
    "429 with a date": [{"kind": "status", "status": 429, "retry_in": 2}],
    "500": [{"kind": "status", "status": 500}],
    "503": [{"kind": "status", "status": 503}],
    "503 with seconds": [{"kind": "status", "status": 503, "retry_after": "1"}],
    "HTML with 200": [{"kind": "html"}],
    "HTML with 502": [{"kind": "status", "status": 502, "body": "html"}],
    "reset": [{"kind": "reset"}],
    "closed without an answer": [{"kind": "empty"}],
    "no answer": [{"kind": "hang", "seconds": HANG}],
    "done, then 500": [{"kind": "applied_then_500"}],
    "done, then reset": [{"kind": "applied_then_reset"}],
    "done, then closed": [{"kind": "applied_then_empty"}],
    "done, then HTML": [{"kind": "applied_then_html"}],
    "done, no answer": [{"kind": "applied_then_hang", "seconds": HANG}],
    "done after the caller gave up": [{"kind": "latency_ms", "latency_ms": 1500}],
    "slow": [{"kind": "latency_ms", "latency_ms": 400}],
}
SHORT = ("429 with seconds", "429 with a date", "500", "503", "reset", "done, then reset")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_share_of_answers_goes_wrong(world: World, fault: str) -> None:
    seed = world.dice.randrange(10**6)

    survive(world, lambda: world.service.plan(seed, 0.1, *FAULTS[fault]))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_burst_of_answers_goes_wrong(world: World, fault: str) -> None:
    def burst() -> None:
        after = world.dice.randrange(5)
        for call in WRITES:
            world.service.fault(call, times=15, after=after, **FAULTS[fault][0])

    survive(world, burst)


@pytest.mark.parametrize("fault", SHORT)
def test_what_goes_wrong_once_is_tried_again_within_the_cycle(world: World, fault: str) -> None:
    world.service.fault("users.create", times=10, after=3, **FAULTS[fault][0])
    world.start()
    world.rest()

    world.check_quiet()
    assert len(world.portal.ask("facts", job=world.job)["cycles"]) == 1


def test_everything_goes_wrong_at_random(world: World) -> None:
    seed = world.dice.randrange(10**6)
    kinds = [kind for kinds in FAULTS.values() for kind in kinds]

    survive(world, lambda: world.service.plan(seed, 0.15, *kinds, calls="*"))


def test_a_service_that_is_gone_for_a_while_stops_the_job_and_blames_nobody(world: World) -> None:
    world.service.fault("*", "status", status=503, times=0, after=150)
    world.start()
    world.wait(world.stands_still, "the job did not stop", seconds=60)
    facts = world.portal.ask("facts", job=world.job)

    blamed = [each for each in facts["states"] if each["code"] == "InternalServerError"]
    assert len(blamed) <= 80, "More than the failures that it takes to find out."
    world.check_safe()
    world.clean()
    world.check_quiet()


def test_tokens_that_end_in_mid_cycle_are_renewed(world: World) -> None:
    world.service.limit_tokens(150)
    world.service.fault("users.*", "latency_ms", latency_ms=100, times=0)
    world.start()
    world.wait(lambda: world.cycle_id() > 0, "no cycle began")
    while world.is_running():
        world.service.expire_tokens("all")
        time.sleep(1)
    world.check_safe()
    world.clean()
    world.check_quiet()
    world.alter()
    world.service.limit_tokens(150)
    world.service.expire_tokens("all")
    world.sync()
    world.rest()

    facts = world.portal.ask("facts", job=world.job)
    assert not {each["code"] for each in facts["activities"]} & {"InvalidCredentials", "Unauthorized"}
    assert not any(cycle["stop_code"] for cycle in facts["cycles"])
    world.clean()
    world.check_quiet()
