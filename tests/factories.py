"""Plain functions that make rows. People, groups and assignments go through `jobs.change`, as they do in the portal."""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from django.utils import timezone

from portal.accounts.models import Account, Role
from provisioning import gallery
from provisioning.choices import Action, CycleKind, CycleStatus, Mode, ObjectType, Status
from provisioning.jobs import change, setup
from provisioning.models import (
    Activity,
    ApplicationOwner,
    AppRole,
    Assignment,
    Credentials,
    Cycle,
    Directory,
    EnterpriseApplication,
    Group,
    ObjectStateRow,
    ProvisioningJob,
    Slice,
    User,
)
from provisioning.texts import Message

GOTO = "citrix_gotomeeting"
PASSWORD = "Correct-horse-9"

_numbers = count(1)


def make_administrator(**values: Any) -> Account:
    """An Application Administrator; signs in with PASSWORD."""
    return _make_account(f"admin{next(_numbers)}", {"role": Role.APPLICATION_ADMINISTRATOR, **values})


def make_reader(**values: Any) -> Account:
    """A Reports Reader; signs in with PASSWORD."""
    return _make_account(f"reader{next(_numbers)}", {"role": Role.REPORTS_READER, **values})


def make_account(role: Role = Role.NONE, **values: Any) -> Account:
    """An account with any role; signs in with PASSWORD."""
    return _make_account(f"person{next(_numbers)}", {"role": role, **values})


def make_owner(application: EnterpriseApplication, **values: Any) -> Account:
    """An account without a role that owns the application."""
    account = make_account(**values)
    ApplicationOwner.objects.create(application=application, account=account)
    return account


def _make_account(username: str, values: dict[str, Any]) -> Account:
    return Account.objects.create_user(values.pop("username", username), values.pop("password", PASSWORD), **values)


def make_directory(**values: Any) -> Directory:
    """The portal's directory, there is one; `values` change it."""
    directory = Directory.objects.the_one()
    for name, value in values.items():
        setattr(directory, name, value)
    if values:
        directory.save(update_fields=list(values))
    return directory


def make_user(**values: Any) -> User:
    """An enabled person with every value that GoToMeeting's mappings ask for."""
    user = _new_user(make_directory(), values)
    change.save(user.directory, user)
    return user


def make_users(number: int, **values: Any) -> list[User]:
    """So many people under one change number; `values` hold for all of them."""
    directory = make_directory()
    users = [_new_user(directory, values) for _ in range(number)]
    change.save(directory, *users)
    return users


def _new_user(directory: Directory, values: dict[str, Any]) -> User:
    number = next(_numbers)
    address = f"user{number}@contoso.example"
    defaults = {
        "user_principal_name": address,
        "display_name": f"User {number}",
        "given_name": "User",
        "surname": f"Number {number}",
        "mail": address,
        "mail_nickname": f"user{number}",
        "preferred_language": "en-US",
    }
    return User(directory=directory, **{**defaults, **values})


def change_user(user: User, **values: Any) -> User:
    """Change a person as an administrator does: with a change number."""
    for name, value in values.items():
        setattr(user, name, value)
    change.save(user.directory, user)
    return user


def make_group(name: str = "", members: Iterable[User | Group] = (), **values: Any) -> Group:
    directory = make_directory()
    group = Group(directory=directory, display_name=name or f"Group {next(_numbers)}", **values)
    change.save(directory, group)
    change.add_members(group, list(members))
    return group


def make_application(display_name: str = "", gallery_key: str = GOTO) -> EnterpriseApplication:
    """An application as the gallery makes it: roles, a job in Manual mode, default mappings."""
    name = display_name or f"Application {next(_numbers)}"
    return setup.create_application(gallery.application(gallery_key), name)


def make_job(
    application: EnterpriseApplication | None = None, credentials: Mapping[str, str] | None = None, **values: Any
) -> ProvisioningJob:
    """The job of the application (a new one if none is given), changed by `values`.

    With `credentials` they are locked and saved, and the mode is Automatic unless `values` say otherwise.
    """
    job = ProvisioningJob.objects.select_related("application__directory").get(
        application=application or make_application()
    )
    if credentials is not None:
        values = {"mode": Mode.AUTOMATIC, **values}
    for name, value in values.items():
        setattr(job, name, value)
    job.save()
    if credentials is not None:
        make_credentials(job, credentials)
    return job


def make_credentials(job: ProvisioningJob, values: Mapping[str, str]) -> Credentials:
    credentials = Credentials(job=job, saved_at=timezone.now(), saved_by="admin")
    credentials.lock(dict(values))
    credentials.save()
    return credentials


def make_assignment(
    application: EnterpriseApplication, principal: User | Group, role: AppRole | str | None = None
) -> Assignment:
    """Assign with a role or its value; None is Default Access."""
    found = application.roles.get(value=role) if isinstance(role, str) else role
    return change.assign(application, [principal], found)[0]


def make_cycle(job: ProvisioningJob, **values: Any) -> Cycle:
    """A running initial cycle; one with another status is ended unless `values` say otherwise."""
    now = timezone.now()
    defaults: dict[str, Any] = {
        "kind": CycleKind.INITIAL,
        "status": CycleStatus.RUNNING,
        "config_version": job.config_version,
        "head": job.application.directory.head,
        "started_at": now,
    }
    if values.get("status") in (CycleStatus.COMPLETED, CycleStatus.SUPERSEDED):
        defaults["ended_at"] = now
    if values.get("status") in (CycleStatus.STOPPED, CycleStatus.INTERRUPTED):
        defaults["stopped_at"] = now
    return Cycle.objects.create(job=job, **{**defaults, **values})


def make_slice(cycle: Cycle, **values: Any) -> Slice:
    """A slice over all users that nobody holds."""
    return Slice.objects.create(**{"cycle": cycle, "phase": cycle.phase, "object_type": ObjectType.USER, **values})


def make_state(job: ProvisioningJob, user: User | Group, **values: Any) -> ObjectStateRow:
    """What is remembered of a person (or group) who has an account and is in scope."""
    defaults: dict[str, Any] = {
        "object_type": ObjectType.USER if isinstance(user, User) else ObjectType.GROUP,
        "source_key": user.pk,
        "source_id": str(user.object_id),
        "label": user.display_name,
        "target_id": f"account-{user.pk}",
        "origin": "created",
        "was_in_scope": True,
        "managed": True,
        "status": Status.SUCCESS,
    }
    return ObjectStateRow.objects.create(job=job, **{**defaults, **values})


def make_activity(cycle: Cycle, user: User | None = None, **values: Any) -> Activity:
    """An account was created for the user (somebody who is not in the directory if none is given)."""
    number = next(_numbers)
    label = user.display_name if user else f"Person {number}"
    name = user.user_principal_name if user else f"person{number}@contoso.example"
    defaults: dict[str, Any] = {
        "job_id": cycle.job_id,
        "occurred_at": timezone.now(),
        "action": Action.CREATE,
        "status": Status.SUCCESS,
        "object_type": ObjectType.USER,
        "source_id": str(user.object_id) if user else f"00000000-0000-4000-8000-{number:012}",
        "source_label": label,
        "source_name": name,
        "identity": name.lower(),
        "label_lower": label.lower(),
        "target_id": f"account-{number}",
        "target_label": name,
        "reason": Message("It is active and assigned, and no matching account was found.").as_json(),
    }
    return Activity.objects.create(cycle=cycle, **{**defaults, **values})
