"""A worker killed at any statement of an import: whoever goes on makes the directory what the source is."""

from typing import Any

import pytest
from django.db import connection, transaction

from provisioning.choices import ImportStatus
from provisioning.jobs.imports import ending
from provisioning.models import Import, Membership, StagedRecord
from tests.jobs.imports_world import ImportWorld, change_something, make_something, small_chunks

pytestmark = pytest.mark.both_databases

STRIDE = 9
"""One try takes a third of a second, so not every statement has one; 1 was tried, too."""
MARKS = ("SAVEPOINT", "RELEASE", "ROLLBACK")


class Killed(BaseException):
    """The worker is gone: nothing of it runs any more, and its transaction is not committed."""


class Kill:
    """Lets so many statements pass and kills before the next one."""

    def __init__(self, statements: int) -> None:
        self.left = statements

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(MARKS):
            if not self.left:
                raise Killed
            self.left -= 1
        return execute(sql, params, many, context)


def killed_after(imports: ImportWorld, statements: int, found: Import) -> bool:
    """Work on the import until the kill; False when it ended before."""
    try:
        with connection.execute_wrapper(Kill(statements)):
            imports.work(found)
    except Killed:
        transaction.set_rollback(False)  # what was not in a transaction of its own stands
        return True
    return False


@pytest.mark.parametrize(("is_whole", "first"), [(False, 0), (True, 2)])
def test_a_kill_at_any_statement_loses_nothing(
    imports: ImportWorld, monkeypatch: pytest.MonkeyPatch, is_whole: bool, first: int
) -> None:
    make_something(imports)
    imports.read()
    change_something(imports)
    if is_whole:
        imports.tenant.forgotten = 1_000_000
    small_chunks(monkeypatch)
    statements = first
    while is_right_after_a_kill(imports, statements):
        statements += STRIDE

    assert statements > 100


def is_right_after_a_kill(imports: ImportWorld, statements: int) -> bool:
    """Kill after so many statements, go on, compare, undo it all. False when it ended before the kill."""
    with transaction.atomic():
        found = imports.ask()
        was_killed = killed_after(imports, statements, found)
        assert is_in_a_group("P2"), statements  # moves from one to another: removals come last
        imports.lapse()
        found = imports.work(found)
        assert (found.status, imports.differences()) == (ImportStatus.COMPLETED, {}), statements
        ending.drop_staged()
        assert not StagedRecord.objects.exists()
        transaction.set_rollback(True)
    return was_killed


def is_in_a_group(name: str) -> bool:
    return Membership.objects.filter(user__display_name=name, removed=False).exists()
