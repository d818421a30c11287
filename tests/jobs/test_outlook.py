"""What is read of somebody in every application: as a cycle would count it, and of groups too."""

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import Scope
from provisioning.jobs import change, outlook
from provisioning.jobs.answers import answer
from provisioning.jobs.entitlement import of_users
from provisioning.jobs.ways import climb, ways_of_members
from provisioning.models import (
    Membership,
    ProvisioningJob,
    User,
)
from provisioning.templatetags.provisioning_texts import said
from tests.factories import make_application, make_assignment, make_group, make_state, make_user, make_users
from tests.jobs.telling import facts_of, sentence
from tests.jobs.world import RowWorld

# --- groups


def test_a_group_that_is_not_security_enabled_is_not_provisioned(rows: RowWorld) -> None:
    group = rows.group("List", security_enabled=False)

    assert sentence(group) == "No account. List is not security enabled, so it gives nobody access."


def test_an_application_may_take_no_groups(db: None) -> None:
    group = make_group("Hosts")
    make_assignment(make_application(), group, "GoToMeeting")

    assert sentence(group).startswith("Not provisioned. This application takes no groups.")


def test_members_get_what_the_groups_above_hand_down(rows: RowWorld) -> None:
    inner = make_group("Inner")
    rows.group("Outer", [inner])

    [way] = ways_of_members(inner).found[rows.application.pk]
    assert said(way.why_not or {}).startswith("It is in Outer only through other groups (Inner › Outer)")
    rows.save(nested_groups=True)
    [way] = ways_of_members(inner).found[rows.application.pk]
    assert way.counts


# --- how it is read


def test_assignments_are_counted_as_a_cycle_counts_them(rows: RowWorld) -> None:
    users = make_users(8)
    weak = make_group("Weak", users[:4], security_enabled=False)
    inner = make_group("Inner", users[2:6])
    deep = make_group("Deep", [inner, weak])
    rows.assign(deep, *users[6:])
    rows.assign(inner, users[3], role=None)
    rows.assign(weak, users[6], role="Guest")
    rows.application.roles.filter(value="Guest").update(enabled=False)

    for nested in (False, True):
        for scope in Scope:
            rows.save(nested_groups=nested, scope=scope)
            job = ProvisioningJob.objects.select_related("application").get(pk=rows.job.pk)
            expected = of_users(job, [user.pk for user in users])
            for user in users:
                source = next((facts.source for facts in facts_of(user)), None)
                found = expected.get(user.pk)
                assert (bool(source and source.assigned), source.roles if source else ()) == (
                    (found.is_assigned, tuple(found.roles.values())) if found else (False, ())
                )
                assert set(source.via if source else ()) == set(found.via if found else ())


def test_the_way_by_which_everything_gives_access_is_preferred(db: None) -> None:
    user = make_user()
    weak, strong = make_group("Weak", [user], security_enabled=False), make_group("Strong", [user])
    top = make_group("Top", [weak, strong])

    paths = climb(Membership.objects.filter(user=user)).paths

    assert [str(each) for each in paths[top.pk]] == ["Strong", "Top"]


def test_a_circle_of_groups_ends(db: None) -> None:
    user = make_user()
    one = make_group("One", [user])
    two = make_group("Two", [one])
    change.add_members(one, [two])

    assert set(climb(Membership.objects.filter(user=user)).paths) == {one.pk, two.pk}


@pytest.mark.parametrize("number", [1, 4])
def test_the_number_of_queries_does_not_grow_with_the_applications(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    user = make_user()
    for _ in range(number):
        application = make_application()
        make_assignment(application, user, "GoToMeeting")
        make_assignment(application, make_group(members=[user]), "GoToMeeting")
        make_state(application.job, user)
    person = User.objects.get(pk=user.pk)

    with django_assert_num_queries(12):
        [answer(facts) for facts in outlook.of_user(person, timezone.now())]
