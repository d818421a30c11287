"""An enterprise application: an instance of a gallery application, with its app roles."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from provisioning import gallery
from provisioning.choices import AssignmentsFrom, Deletion
from provisioning.models.directory import Directory
from provisioning.models.fields import as_choices


class EnterpriseApplication(models.Model):
    """`source_principal`: the service principal in the directory's source that tells its assignments, by object id.

    `profile`: settings in which the application differs from others of its kind, by name, by where they come from;
    and the report of the connection test that found some of them.

    `deletion`: how far it is once somebody has asked for it; the other columns of that name tell who and when.
    """

    directory = models.ForeignKey(Directory, models.PROTECT, related_name="applications")
    application_id = models.UUIDField(_("application ID"), default=uuid.uuid4, unique=True, editable=False)
    object_id = models.UUIDField(_("object ID"), default=uuid.uuid4, unique=True, editable=False)
    display_name = models.CharField(_("name"), max_length=120)
    gallery_key = models.CharField(max_length=80)
    assignments_from = models.CharField(
        _("Assignments come from"), max_length=12, choices=as_choices(AssignmentsFrom), default=AssignmentsFrom.HERE
    )
    source_principal = models.UUIDField(_("service principal"), null=True, blank=True)
    profile = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)
    notes = models.TextField(_("Notes"), max_length=1024, blank=True)
    deletion = models.CharField(max_length=12, choices=as_choices(Deletion), blank=True, default=Deletion.NONE)
    deletion_asked_at = models.DateTimeField(null=True, blank=True)
    deletion_asked_by = models.CharField(max_length=150, blank=True)
    deletion_queued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("enterprise application")
        verbose_name_plural = _("enterprise applications")
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("display_name"),
                name="application_name_is_unique",
                violation_error_message=_("Another application has this name."),
            ),
            models.UniqueConstraint(
                fields=["directory", "source_principal"],
                condition=models.Q(assignments_from=AssignmentsFrom.SOURCE),
                name="one_application_per_service_principal",
                violation_error_message=_("Another application takes its assignments from this service principal."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse("deletion" if self.is_going else "application", args=[self.application_id])

    @property
    def is_assigned_here(self) -> bool:
        """Whether people and groups are assigned in this portal; else the directory's source tells who is."""
        return self.assignments_from == AssignmentsFrom.HERE or self.directory.is_own

    @property
    def is_leaving(self) -> bool:
        """Whether everybody's account is to be disabled, because the application will be deleted."""
        return self.deletion == Deletion.DISABLING

    @property
    def is_going(self) -> bool:
        """Whether its deletion can't be called off any more: its pages are closed."""
        return self.deletion == Deletion.EMPTYING

    @property
    def template(self) -> gallery.GalleryApplication:
        """The gallery application it was made from."""
        return gallery.application(self.gallery_key)

    @property
    def product(self) -> str:
        """What texts call that which is provisioned: by its name in the gallery; one's own application by its own."""
        return self.display_name if self.template.title else self.template.name


class AppRole(models.Model):
    """A role that can be chosen at assignment. Default Access is no role: an assignment without one."""

    application = models.ForeignKey(EnterpriseApplication, models.CASCADE, related_name="roles")
    role_id = models.UUIDField(default=uuid.uuid4, editable=False)
    value = models.CharField(max_length=120)
    label = models.CharField(max_length=120)
    enabled = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)
    change = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("app role")
        verbose_name_plural = _("app roles")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["application", "value"], name="role_value_once_per_application")]

    def __str__(self) -> str:
        return self.label
