"""A run on PostgreSQL really is one: without this a second run on SQLite would pass unseen."""

import pytest
from django.db import connection
from pytest_django import Settings

from tests.parts import ON_POSTGRES


@pytest.mark.both_databases
@pytest.mark.django_db
def test_the_database_is_the_one_this_run_asks_for() -> None:
    assert connection.vendor == ("postgresql" if ON_POSTGRES else "sqlite")


@pytest.mark.postgres
@pytest.mark.django_db
def test_tests_of_postgresql_meet_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        assert cursor.fetchone()[0].startswith("PostgreSQL")


@pytest.mark.postgres
@pytest.mark.django_db
def test_whoever_falls_silent_in_a_transaction_is_let_go_after_a_lease(settings: Settings) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'")
        assert int(cursor.fetchone()[0]) == settings.PORTAL_LEASE_SECONDS * 1000
