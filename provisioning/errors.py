"""What can go wrong, in families that say what happens next.

ProvisioningError
    SkipObject    this object is reported, the others go on; tried again by the escrow's times
        MissingValues, MappingFailed, NoUniqueValue, TooManyValues, DuplicateTargetEntries, DuplicateSourceEntries,
        Conflict, Rejected,
        InsufficientRights, IdentityLocked, LicenseLimitExceeded, TargetObjectMissing, FilterTimedOut, FilterInvalid,
        InternalError
    RetryLater    nothing is wrong with the object: the same request may pass later
        Unreachable, RequestTimeout, TooManyRequests, ServerError, UnexpectedAnswer, ChangedMeanwhile, RefusedOnce
    StopJob       no object can be provisioned until a person acts
        CredentialsRejected, PermissionMissing, SettingsInvalid, TargetUnavailable
LeftAlone: no failure; the mapping says that nothing is created or changed for this object
OutOfTime, LeaseLost: not failures at all; the worker leaves and another one goes on
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from provisioning.texts import Message, gettext_noop, say


class ProvisioningError(Exception):
    """A situation with a message for people, a code, and what was said over the wire.

    `code` follows the error codes that Microsoft documents for its provisioning logs; `remedy` says what to do.
    `exchanges` are of `records.Exchange`, which stands above this file. `step`: what a connection test was about to do.
    """

    code: ClassVar[str] = "InternalError"
    remedy: ClassVar[str] = ""
    step: Message | None = None

    def __init__(self, message: Message, exchanges: Sequence[Any] = ()) -> None:
        super().__init__(str(message))
        self.message = message
        self.exchanges = tuple(exchanges)


class SkipObject(ProvisioningError):
    """This object can't be provisioned as it is; the rest of the cycle goes on."""


class RetryLater(ProvisioningError):
    """The target did not do it this time. `retry_after` is in seconds, None when the target named none."""

    retry_after: float | None = None


class StopJob(ProvisioningError):
    """Nothing in this job can go on."""


class MissingValues(SkipObject):
    code = "MissingValues"
    remedy = gettext_noop("Fill in the value in the directory, or give the mapping a default value.")


class MappingFailed(SkipObject):
    """An expression has no result for this object; a value is never guessed."""

    code = "AttributeMappingFailed"
    remedy = gettext_noop("Correct the expression of the attribute mapping, or the values it reads.")


class NoUniqueValue(SkipObject):
    """Every value that SelectUniqueValue may choose is in use."""

    code = "NoUniqueValue"
    remedy = gettext_noop("Give SelectUniqueValue another rule, or free one of the values.")


class TooManyValues(SkipObject):
    code = "SchemaPropertyCanOnlyAcceptValue"
    remedy = gettext_noop("Map a single value, for example the first one with Item.")


class DuplicateTargetEntries(SkipObject):
    code = "DuplicateTargetEntries"
    remedy = gettext_noop("Remove the duplicate account in the application, or match by another attribute.")


class DuplicateSourceEntries(SkipObject):
    code = "DuplicateSourceEntries"
    remedy = gettext_noop(
        "Two objects of the directory lead to one account. Correct the matching value of one of them."
    )


class Conflict(SkipObject):
    code = "EntryConflict"
    remedy = gettext_noop("Another account uses this value. Correct the value, or check the matching attribute.")


class Rejected(SkipObject):
    code = "UnprocessableEntity"
    remedy = gettext_noop("The application refused the values. Correct them in the directory or in the mapping.")


class InsufficientRights(SkipObject):
    code = "InsufficientRights"
    remedy = gettext_noop("Give the connecting administrator the right that the application names.")


class IdentityLocked(SkipObject):
    """Name or address of this account are kept elsewhere, and can't be changed through the application.

    `locked`: the target attributes that were left out of a request whose other values were accepted.
    """

    locked: frozenset[str] = frozenset()
    code = "IdentityLocked"
    remedy = gettext_noop("Change the value where the person's identity is kept, or take the row out of the mapping.")


class LicenseLimitExceeded(SkipObject):
    code = "LicenseLimitExceeded"
    remedy = gettext_noop("Buy more licences, or free one by removing somebody's assignment.")


class TargetObjectMissing(SkipObject):
    """The known account is gone. Disable and delete are then done; anything else looks it up anew."""

    code = "InvalidAnchor"
    remedy = gettext_noop("The account was deleted in the application. It is looked up or created again.")


class FilterTimedOut(SkipObject):
    """A pattern of a scoping filter gave no answer for this object, so nobody knows whether it is in scope."""

    code = "ScopingFilterTimedOut"
    remedy = gettext_noop("Simplify the pattern of the scoping filter: nothing that repeats should repeat again.")


class FilterInvalid(SkipObject):
    """A scoping filter was saved that can't be evaluated."""

    code = "ScopingFilterInvalid"
    remedy = gettext_noop("Correct the scoping filter and save it again.")


class InternalError(SkipObject):
    code = "InternalError"
    remedy = gettext_noop("This is a fault of the portal. It is tried again; report it if it stays.")


class Unreachable(RetryLater):
    code = "WebExceptionProtocolError"
    remedy = gettext_noop("Check the address, the network and the certificate of the application.")


class RequestTimeout(RetryLater):
    code = "Timeout"
    remedy = gettext_noop("The application was too slow. It is tried again by itself.")


class TooManyRequests(RetryLater):
    code = "TooManyRequests"
    remedy = gettext_noop("Nothing to do: it is tried again when the application allows it.")


class ServerError(RetryLater):
    code = "InternalServerError"
    remedy = gettext_noop("The application failed. It is tried again by itself.")


class UnexpectedAnswer(RetryLater):
    code = "UnexpectedAnswer"
    remedy = gettext_noop("Check the address: something else than the application's API answered.")


class ChangedMeanwhile(RetryLater):
    """Somebody else changed the account between our reading and our writing."""

    code = "PreconditionFailed"
    remedy = gettext_noop("Nothing to do: it is read and written again by itself.")


class RefusedOnce(RetryLater):
    """The sign-in was refused at one object, and accepted again right after."""

    code = "InvalidCredentials"
    remedy = gettext_noop("Nothing to do when it stays at one: the connection test passed right after.")


class CredentialsRejected(StopJob):
    code = "InvalidCredentials"
    remedy = gettext_noop("Enter the credentials again and test the connection.")


class PermissionMissing(StopJob):
    code = "Unauthorized"
    remedy = gettext_noop("Use an administrator with the permission that is named, or have it granted.")


class SettingsInvalid(StopJob):
    code = "InvalidConfiguration"
    remedy = gettext_noop("Correct the connection settings and test the connection.")


class TargetUnavailable(StopJob):
    """Requests keep failing and the connection test fails too."""

    code = "TargetUnavailable"
    remedy = gettext_noop("Check that the application is up and reachable; provisioning then goes on by itself.")


class LeftAlone(Exception):
    """An expression gave IgnoreObjectFlow: the object is skipped, on create and update."""

    code = "IgnoreObjectFlow"


class OutOfTime(Exception):
    """Too little of the lease is left to start another request."""


class LeaseLost(Exception):
    """Another worker holds this slice now; nothing of ours may be recorded any more."""


@contextmanager
def step(text: str) -> Iterator[None]:
    """A step of a connection test: whatever fails inside says that it was there."""
    try:
        yield
    except ProvisioningError as error:
        error.step = say(text)
        raise
