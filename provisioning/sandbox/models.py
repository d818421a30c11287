"""What the stand-in keeps: one GoTo account with its licences, users, OAuth clients and tokens.

An *account* here is what GoTo means by it: a customer. What the portal calls an account is a `User`.
"""

import secrets
from typing import ClassVar

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import models

from provisioning.sandbox import clock
from provisioning.sandbox.scim2 import rows

Resource = rows.Resource  # of the SCIM 2.0 service, which keeps its things apart


class QuickHasher(PBKDF2PasswordHasher):
    """Few rounds: the passwords are printed in demo.py, and a sign-in must not cost what is measured."""

    iterations = 100


def new_key() -> str:
    """GoTo's keys are numbers of 18 or 19 digits within 64 bits, written as text (assumed(keys): everywhere)."""
    return str(secrets.randbelow(9 * 10**18 - 10**17) + 10**17)


class Account(models.Model):
    key = models.CharField(max_length=19, unique=True, default=new_key)
    name = models.CharField(max_length=100)

    objects: ClassVar[models.Manager["Account"]] = models.Manager()

    def __str__(self) -> str:
        return self.name


class Organization(models.Model):
    """Who owns mail domains; SCIM works on its identities and groups, whatever the account gives them."""

    account = models.OneToOneField(Account, models.CASCADE)
    domains = models.JSONField(default=list)

    objects: ClassVar[models.Manager["Organization"]] = models.Manager()

    def __str__(self) -> str:
        return ", ".join(self.domains)

    def has_domain_of(self, email: str) -> bool:
        return email.rpartition("@")[2].casefold() in self.domains


class License(models.Model):
    account = models.ForeignKey(Account, models.CASCADE, related_name="licenses")
    key = models.CharField(max_length=19, unique=True, default=new_key)
    description = models.CharField(max_length=100)
    products = models.JSONField()
    seats = models.PositiveIntegerField()

    objects: ClassVar[models.Manager["License"]] = models.Manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.description

    def has_free_seat(self) -> bool:
        return Seat.objects.filter(license=self).count() < self.seats


class Group(models.Model):
    """A group of the account, as its administrators see it. The organization's groups are `OrgGroup`."""

    account = models.ForeignKey(Account, models.CASCADE)
    key = models.CharField(max_length=19, unique=True, default=new_key)
    name = models.CharField(max_length=128)

    objects: ClassVar[models.Manager["Group"]] = models.Manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class User(models.Model):
    """A person in the account. `status` is derived: only `settle` writes it."""

    class Status(models.TextChoices):
        SUSPENDED = "SUSPENDED"
        INVITED = "INVITED"
        ACTIVE = "ACTIVE"
        INACTIVE = "INACTIVE"

    account = models.ForeignKey(Account, models.CASCADE, related_name="users")
    key = models.CharField(max_length=19, unique=True, default=new_key)
    email = models.CharField(max_length=128)
    email_folded = models.CharField(max_length=140, db_index=True)  # not unique: a switch makes duplicates
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    locale = models.CharField(max_length=10, default="en_US")
    time_zone = models.CharField(max_length=60, default="America/Los_Angeles")
    licenses = models.ManyToManyField(License, through="Seat", related_name="users")
    admin_roles = models.JSONField(default=list)
    group = models.ForeignKey(Group, models.SET_NULL, null=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.SUSPENDED, db_index=True)
    password = models.CharField(max_length=128, blank=True)
    password_created = models.BooleanField(default=False)
    idle = models.BooleanField(default=False)
    invited_at = models.DateTimeField(null=True)
    invite_count = models.PositiveIntegerField(default=0)
    name_locked = models.BooleanField(default=False)
    email_locked = models.BooleanField(default=False)
    identity_read_only = models.BooleanField(default=False)
    in_organization = models.BooleanField(default=True, db_index=True)
    org_roles = models.JSONField(default=list)
    display_name = models.CharField(max_length=128, blank=True)
    active = models.BooleanField(default=True)
    external_id = models.CharField(max_length=128, blank=True)
    enterprise = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["User"]] = models.Manager()

    class Meta:
        ordering = ["email_folded", "pk"]

    def __str__(self) -> str:
        return self.email

    def settle(self, has_seat: bool | None = None) -> None:
        """Derive the status from licences, roles and password, and save the row.

        `has_seat` is for a user who is about to get the first licences; else the seats are looked up.
        """
        if has_seat is None:
            has_seat = self.pk is not None and Seat.objects.filter(user=self).exists()
        self.email_folded = self.email.casefold()
        self.status = self._derived_status(entitled=has_seat or bool(self.admin_roles))
        self.changed_at = clock.now()
        self.save()

    def invite(self) -> None:
        self.invite_count += 1
        self.invited_at = clock.now()

    def _derived_status(self, entitled: bool) -> "User.Status":
        if not entitled or not self.active:
            # assumed(suspended-rule): also for someone who has a password
            # assumed(scim-active): so is someone whom SCIM made inactive
            return User.Status.SUSPENDED
        if not self.password_created:
            return User.Status.INVITED
        # assumed(inactive): INACTIVE means "has not signed in lately"; such a person still has access
        return User.Status.INACTIVE if self.idle else User.Status.ACTIVE


class Seat(models.Model):
    """A licence taken by a user."""

    license = models.ForeignKey(License, models.CASCADE)
    user = models.ForeignKey(User, models.CASCADE)

    objects: ClassVar[models.Manager["Seat"]] = models.Manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "license"], name="one_seat_a_license")]

    def __str__(self) -> str:
        return f"{self.user} - {self.license}"


class OrgGroup(models.Model):
    """A group of the organization. A member is `{"type": "user" or "group", "value": key}`."""

    organization = models.ForeignKey(Organization, models.CASCADE)
    key = models.CharField(max_length=19, unique=True, default=new_key)
    display_name = models.CharField(max_length=128)
    members = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["OrgGroup"]] = models.Manager()

    class Meta:
        ordering = ["display_name", "pk"]

    def __str__(self) -> str:
        return self.display_name

    def present_members(self) -> list[dict[str, str]]:
        """The members that are still in the organization."""
        keys = [member["value"] for member in self.members]
        users = User.objects.filter(account__organization=self.organization, in_organization=True, key__in=keys)
        groups = OrgGroup.objects.filter(organization=self.organization, key__in=keys).exclude(pk=self.pk)
        found = {"user": set(users.values_list("key", flat=True)), "group": set(groups.values_list("key", flat=True))}
        return [member for member in self.members if member["value"] in found[member["type"]]]


class Client(models.Model):
    """An OAuth client as registered with GoTo; no token has more scopes than its client.

    A redirect address without a path stands for every address of that host, whatever the port.
    """

    client_id = models.CharField(max_length=100, unique=True)
    secret = models.CharField(max_length=128)
    grants = models.JSONField()
    scope = models.CharField(max_length=200)
    redirect_uris = models.JSONField(default=list)

    objects: ClassVar[models.Manager["Client"]] = models.Manager()

    def __str__(self) -> str:
        return self.client_id


class Token(models.Model):
    """An access or refresh token; only its digest is kept."""

    class Kind(models.TextChoices):
        ACCESS = "access"
        REFRESH = "refresh"

    digest = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=7, choices=Kind)
    client = models.ForeignKey(Client, models.CASCADE)
    user = models.ForeignKey(User, models.CASCADE)
    scope = models.CharField(max_length=200)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager["Token"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"


class Code(models.Model):
    """An authorization code that was not used yet; only its digest is kept."""

    digest = models.CharField(max_length=64, primary_key=True)
    client = models.ForeignKey(Client, models.CASCADE)
    user = models.ForeignKey(User, models.CASCADE)
    redirect_uri = models.CharField(max_length=2000, blank=True)
    challenge = models.CharField(max_length=64, blank=True)
    scope = models.CharField(max_length=200)
    expires_at = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager["Code"]] = models.Manager()

    def __str__(self) -> str:
        return f"code {self.digest[:8]}"


class PersonalToken(models.Model):
    """A personal access token that somebody made for themselves; only its digest is kept."""

    digest = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, models.CASCADE)
    scope = models.CharField(max_length=200)
    expires_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["PersonalToken"]] = models.Manager()

    def __str__(self) -> str:
        return f"personal access token {self.digest[:8]}"
