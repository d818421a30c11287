"""A worker's share of a cycle, with a store and a target in memory and a clock that the test moves."""

from provisioning.choices import CycleStatus, ObjectType, Work
from provisioning.engine.slices import LARGEST_PORTION
from provisioning.errors import OutOfTime
from tests.engine.clocks import Inline, OneByOne
from tests.engine.memory_job import MemorySlice
from tests.engine.world import SECONDS, World, both_rules


def test_every_slice_is_done_and_the_cycle_ends() -> None:
    world = World(25, slice_size=10)

    world.work()

    assert (world.accounts, world.cycle.status) == (25, CycleStatus.COMPLETED)
    assert world.counters == {"looked_at": 25, "created": 25}
    assert [each.done for each in world.slices] == [True, True, True]
    assert world.job.watermark == world.cycle.head


def test_a_cycle_without_anybody_ends_at_once() -> None:
    world = World(0)

    world.work()

    assert (world.cycle.status, world.target.service.requests) == (CycleStatus.COMPLETED, {})


def test_a_slice_whose_people_are_gone_is_done() -> None:
    world = World(3)
    world.cycle.slices = [
        MemorySlice(Work.OBJECTS, ObjectType.USER, 0, 50),
        MemorySlice(Work.OBJECTS, ObjectType.USER, 50),
    ]
    world.directory.objects = {(ObjectType.USER, 99): world.directory.add_user(99)}
    world.directory.assign((ObjectType.USER, 99))

    world.work()

    assert (world.cycle.status, world.accounts) == (CycleStatus.COMPLETED, 1)


def test_the_next_phase_is_opened_and_worked_on() -> None:
    world = World(4, rules=both_rules())
    world.directory.add_group(1)
    world.directory.assign((ObjectType.GROUP, 1))

    world.work()

    assert world.cycle.status == CycleStatus.COMPLETED
    assert (world.accounts, len(world.target.service.groups)) == (4, 1)
    assert world.counters == {"looked_at": 5, "created": 5}


def test_a_phase_without_slices_is_passed() -> None:
    world = World(0, rules=both_rules())
    world.directory.add_group(1)
    world.directory.assign((ObjectType.GROUP, 1))

    world.run()

    assert (world.cycle.status, len(world.target.service.groups)) == (CycleStatus.COMPLETED, 1)


def test_no_time_means_nothing_is_claimed() -> None:
    world = World(3)

    assert world.work(seconds=0).loads == []


def test_slices_in_other_hands_are_left_to_them() -> None:
    world = World(3)
    world.store().claim()

    world.work()

    assert (world.accounts, world.cycle.status) == (0, CycleStatus.RUNNING)


# --- portions


def test_portions_grow_while_objects_are_fast() -> None:
    assert World(300).work(Inline(size=16)).loads == [48, 48, LARGEST_PORTION, LARGEST_PORTION, LARGEST_PORTION]


def test_no_portion_is_larger_than_the_largest() -> None:
    assert set(World(150).work(Inline(size=500)).loads) == {LARGEST_PORTION}


def test_portions_shrink_while_objects_are_slow() -> None:
    world = World(60)
    world.target.service.after = lambda operation, about: world.clock.advance(1)

    store = world.work(Inline(size=8), seconds=1000)

    assert store.loads[0] == 24
    assert min(store.loads[2:]) < 4


def test_a_portion_has_at_least_one_object() -> None:
    world = World(15)
    world.target.service.after = lambda operation, about: world.clock.advance(3)

    store = world.work(Inline(size=2), seconds=1000)

    assert store.loads[2] == 1
    assert world.cycle.status == CycleStatus.COMPLETED


# --- leaving and going on


def test_when_time_is_over_the_portion_in_hand_is_recorded_and_the_slice_given_back() -> None:
    world = World(10)
    world.target.service.after = lambda operation, about: world.clock.advance(1)

    world.work(Inline(size=2), seconds=3)

    done = world.cycle.counters["created"]
    assert 0 < done < 10
    assert (world.lows, world.slices[0].expires) == ([done], None)


def test_the_next_task_goes_on_where_the_last_one_left() -> None:
    world = World(10)
    world.target.service.after = lambda operation, about: world.clock.advance(1)

    for _ in range(10):
        world.work(Inline(size=2), seconds=3)

    assert world.cycle.status == CycleStatus.COMPLETED
    assert set(world.created.values()) == {1}
    assert world.counters == {"looked_at": 10, "created": 10}


def test_an_object_without_time_is_left_out_and_the_lower_bound_does_not_pass_it() -> None:
    world = World(6)
    world.fail("User 3", OutOfTime(), after=SECONDS)

    world.work(OneByOne(size=6))

    assert world.lows == [2]
    assert (world.cycle.counters["created"], world.cycle.status) == (2, CycleStatus.RUNNING)


def test_what_was_left_out_is_done_with_the_next_lease_and_nothing_twice() -> None:
    world = World(6)
    world.fail("User 3", OutOfTime())

    world.work(Inline(size=2))

    assert (world.cycle.status, world.accounts) == (CycleStatus.COMPLETED, 6)
    assert {name: times for name, times in world.created.items() if times > 1} == {"user3@contoso.example": 2}
    assert world.slices[0].token == 2


def test_switching_off_stops_at_the_next_object_and_keeps_the_place() -> None:
    world = World(6)
    world.on_create["User 3"] = world.job.switch_off

    world.work(OneByOne(size=6))

    assert world.cycle.status == CycleStatus.STOPPED
    assert (world.lows, world.accounts) == ([3], 3)
    assert world.slices[0].expires is None

    world.job.resume()
    world.work()

    assert (world.cycle.status, world.accounts, set(world.created.values())) == (CycleStatus.COMPLETED, 6, {1})


def test_a_change_of_the_configuration_ends_the_cycle_and_keeps_what_was_sent() -> None:
    world = World(6)

    def save_mapping() -> None:
        world.job.version += 1

    world.on_create["User 2"] = save_mapping

    world.work(OneByOne(size=6))

    assert world.cycle.status == CycleStatus.SUPERSEDED
    assert len(world.job.states) == world.accounts == 2
    assert world.job.watermark is None


def test_a_stopped_cycle_is_not_claimed() -> None:
    world = World(2)
    world.job.switch_off()

    assert world.work().loads == []
