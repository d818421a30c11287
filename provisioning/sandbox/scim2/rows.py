"""What the SCIM 2.0 service keeps: users and groups as JSON, with the columns that they are found by."""

import secrets
from typing import Any, ClassVar

from django.db import models

from provisioning.sandbox import clock
from provisioning.sandbox.scim2.manners import MANNERS

USER, GROUP = "User", "Group"
NAMES = {USER: "userName", GROUP: "displayName"}
"""The attribute that tells objects of a kind apart."""


def new_key() -> str:
    return str(secrets.randbelow(10**9) + 10**8) if MANNERS.ids_as_numbers else secrets.token_hex(12)


class Resource(models.Model):
    """`data` holds the attributes without `id`, `schemas` and `meta`; names as the standard spells them."""

    kind = models.CharField(max_length=5)
    key = models.CharField(max_length=24, unique=True, default=new_key)
    name_folded = models.CharField(max_length=300, db_index=True)
    data = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["Resource"]] = models.Manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return str(self.data.get(NAMES[self.kind], ""))

    @property
    def members(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.data.get("members", [])
        return found

    def keep(self) -> None:
        """Save it as it is now, one version later."""
        self.name_folded = self.name.casefold()
        if self.pk:
            self.version += 1
        self.changed_at = clock.now()
        self.save()
