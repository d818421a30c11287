"""Exports: rows to CSV and back without a difference, in chunks."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import Settings

from provisioning.directory.csvfile_columns import WRITTEN, What
from provisioning.jobs import change, csv_imports, csv_rows
from provisioning.jobs.csv_rows import USER_COLUMNS, groups_text, members_text, users_text
from provisioning.models import CsvImport, Directory, Group, User
from tests import csv_imports as files
from tests.csv_imports import counts, read
from tests.factories import make_directory, make_group, make_user, make_users

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    files.use_folder(settings, tmp_path)


def lines(pieces: Iterator[str]) -> list[str]:
    return "".join(pieces).removeprefix("\ufeff").splitlines()


def test_a_person_is_a_line_with_every_attribute() -> None:
    boss = make_user(user_principal_name="boss@contoso.example")
    ann = make_user(display_name="=Ann", manager=boss, extensions={"extensionAttribute2": "x", "other": "y"})

    (line,) = lines(users_text(User.objects.filter(pk=ann.pk)))[1:]

    assert line.startswith(f"{ann.object_id},{ann.user_principal_name},'=Ann,")
    assert ",boss@contoso.example," in line
    assert line.endswith(",,x" + "," * 13)
    assert line.count(",") == len(WRITTEN[What.USERS]) - 1


def test_a_manager_who_is_gone_is_not_named() -> None:
    boss = make_user(user_principal_name="boss@contoso.example", deleted_at=timezone.now())
    make_user(manager=boss)

    assert "boss@" not in "".join(users_text(User.objects.present()))


def test_members_are_those_who_are_in_the_directory() -> None:
    there, gone = make_user(display_name="Ann"), make_user(deleted_at=timezone.now())
    out, inner = make_user(), make_group("Inner")
    group = make_group("Sales", members=[there, gone, out, inner])
    change.remove_members(group, [out])

    found = lines(members_text(Group.objects.filter(pk=group.pk)))[1:]

    start = f"{group.object_id},Sales"
    assert found == [
        f"{start},{there.object_id},{there.user_principal_name},User",
        f"{start},{inner.object_id},Inner,Group",
    ]


@pytest.mark.both_databases
def test_a_chunk_costs_one_query_whatever_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "CHUNK", 10)
    people = make_users(25)
    for number in range(25):
        make_group(members=people[number : number + 1])
    texts: list[Callable[[], Iterator[str]]] = [
        lambda: users_text(User.objects.all()),
        lambda: groups_text(Group.objects.all()),
        lambda: members_text(Group.objects.all()),
    ]

    for text in texts:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(lines(text())) == 26
        assert len(queries) == 4


letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
CHECKED = {"object_id", "user_principal_name", "display_name", "user_type", "account_enabled"}
TEXTS = [User._meta.get_field(name) for name in sorted({*USER_COLUMNS.values()} - CHECKED)]


class TestThereAndBack(TestCase):
    """What is exported and imported again, with empty cells that empty, changes nothing."""

    @pytest.fixture(autouse=True)
    def folder(self, settings: Settings, tmp_path: Path) -> None:
        files.use_folder(settings, tmp_path)

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
    @given(st.data())
    def test_users(self, data: Any) -> None:
        for _ in range(data.draw(st.integers(1, 3))):
            values = {each.name: data.draw(st.text(letters, max_size=min(each.max_length, 40))) for each in TEXTS}
            extension = data.draw(st.text(letters, min_size=1, max_size=20))
            name = data.draw(st.text(letters, min_size=1, max_size=20))
            last = User.objects.order_by("-pk").first()
            make_user(**values, display_name=name, manager=last, extensions={"extensionAttribute1": extension})

        taken = read("".join(users_text(User.objects.all())), clear_empty=True)

        assert counts(taken) == {"same": User.objects.count()}
        csv_imports.put_away(taken, timezone.now())

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
    @given(st.lists(st.text(letters, min_size=1, max_size=40), min_size=1, max_size=4))
    def test_groups(self, names: list[str]) -> None:
        for name in names:
            change.save(make_directory(), Group(directory=make_directory(), display_name=name, description=name[::-1]))

        taken = read("".join(groups_text(Group.objects.all())), What.GROUPS, clear_empty=True)

        assert counts(taken) == {"same": len(names)}
        csv_imports.put_away(taken, timezone.now())


def test_memberships_go_there_and_back() -> None:
    inner = make_group("=Inner", members=make_users(2))
    make_group("Sales", members=[inner, make_user()])

    assert counts(read("".join(members_text(Group.objects.all())), What.MEMBERS)) == {"same": 4}
    assert CsvImport.objects.count() == Directory.objects.count() == 1
