"""What every store must do with a listing of the target: keep it by page, believe it once, and forget it."""

import pytest

from provisioning.choices import ObjectType, Work
from provisioning.engine.ports import Lease, Progress, Store
from provisioning.errors import LeaseLost
from provisioning.records import TargetObject
from tests.engine.store_world import StoreWorld, advance_to, claimed, deferred, outcome
from tests.engine.values import NOW


class SurveyContract:
    def listed(self, world: StoreWorld) -> tuple[Store, Lease]:
        """Person 1 has an account that was listed, and his slice is in hand."""
        world.begin(10)
        store = world.store()
        survey = claimed(store)
        assert survey.work is Work.SURVEY
        account = TargetObject(id="7", attributes={"userName": world.name(1).upper()})
        other = TargetObject(id="8", attributes={"userName": "somebody@else.example"})
        store.record_survey(survey, [account], False)
        store.record_survey(survey, [other], True)
        return store, advance_to(store, Work.OBJECTS)

    def test_a_listed_account_is_given_with_whom_it_matches(self, world: StoreWorld) -> None:
        store, lease = self.listed(world)

        first, second, *_ = store.load(lease, 0, 100)

        assert [each.id for each in first.surveyed or ()] == ["7"]
        assert second.surveyed == ()

    def test_the_survey_is_not_believed_after_an_owner_vanished(self, world: StoreWorld) -> None:
        store, lease = self.listed(world)
        world.lapse()
        store = world.store()
        lease = claimed(store)

        assert {each.surveyed for each in store.load(lease, 0, 100)} == {None}

    def test_the_survey_is_not_believed_at_another_try(self, world: StoreWorld) -> None:
        store, lease = self.listed(world)
        first, *others = store.load(lease, 0, 100)
        store.record(lease, [deferred(first, NOW), *map(outcome, others)], others[-1].source.key, True)
        assert store.advance() is Progress.OPENED

        (again,) = store.load(claimed(store), 0, 100)

        assert (first.surveyed is None, again.surveyed) == (False, None)

    def test_a_survey_that_is_given_up_tells_nothing(self, world: StoreWorld) -> None:
        world.begin(10)
        store = world.store()
        survey = claimed(store)
        store.record_survey(survey, [TargetObject(id="7", attributes={"userName": world.name(1)})], False)

        store.give_up_survey(survey)
        lease = advance_to(store, Work.OBJECTS)

        assert {each.surveyed for each in store.load(lease, 0, 100)} == {None}
        assert store.unlinked[ObjectType.USER] == 10

    def test_a_lost_lease_lists_nothing(self, world: StoreWorld) -> None:
        world.begin(10)
        slow = world.store()
        lost = claimed(slow)
        world.lapse()
        claimed(world.store())

        with pytest.raises(LeaseLost):
            slow.record_survey(lost, [], True)
        with pytest.raises(LeaseLost):
            slow.give_up_survey(lost)
