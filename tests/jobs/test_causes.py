"""Each cause of a failed connection test has its own title and says what to do."""

import pytest

from provisioning import errors
from provisioning.errors import ProvisioningError, RetryLater, StopJob
from provisioning.jobs.causes import CAUSES, cause_of
from provisioning.jobs.connection import TooManyTests
from provisioning.jobs.thresholds import TooManyFailures
from provisioning.texts import say
from provisioning.wire import client, session

SITUATIONS = [
    (errors.CredentialsRejected, "", "You appear to have entered invalid credentials."),
    (errors.PermissionMissing, "", "The account may not manage users in GoTo"),
    (errors.SettingsInvalid, "", "The connection settings can't be used"),
    (errors.Unreachable, session.UNKNOWN_NAME, "The address is not known"),
    (errors.Unreachable, session.TLS_REFUSED, "No secure connection could be made"),
    (errors.Unreachable, session.NO_CONNECTION, "GoTo could not be reached"),
    (errors.RequestTimeout, session.TOO_SLOW, "GoTo did not answer in time"),
    (errors.UnexpectedAnswer, client.REDIRECTED, "The address leads somewhere else"),
    (errors.UnexpectedAnswer, client.NOT_JSON, "Something else than the API answered"),
    (errors.TooManyRequests, "", "GoTo asks to wait"),
    (errors.ServerError, "", "GoTo failed while answering"),
    (TooManyTests, "", "Too many tests at once"),
]


OF_CYCLES = {errors.TargetUnavailable, errors.RefusedOnce, errors.ChangedMeanwhile, TooManyFailures}
"""What only whole cycles come to."""


@pytest.mark.parametrize(("family", "text", "title"), SITUATIONS)
def test_a_cause_has_its_own_title(family: type[ProvisioningError], text: str, title: str) -> None:
    told, advice = cause_of(family(say(text))).told("GoTo")

    assert told.startswith(title)
    assert advice


def test_every_situation_that_ends_a_test_has_a_cause_of_its_own() -> None:
    situations = {*RetryLater.__subclasses__(), *StopJob.__subclasses__()} - OF_CYCLES

    assert situations - {family for family, _text, _cause in CAUSES} == set()


def test_a_situation_nobody_thought_of_is_still_told() -> None:
    title, _advice = cause_of(errors.TargetUnavailable(say("Gone"))).told("GoTo")

    assert title == "GoTo failed while answering"
