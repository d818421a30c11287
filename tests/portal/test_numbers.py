"""Numbers within texts."""

from django.utils import translation

from portal.components.numbers import counted


def test_a_number_is_written_as_the_reader_writes_it() -> None:
    assert counted("%(n)d users", 1204) == "1,204 users"
    with translation.override("sv"):
        assert counted("%(n)d användare", 1204) == "1\xa0204 användare"
    assert counted("%(n)d objects, %(took)s", 3) == "3 objects, %(took)s"
