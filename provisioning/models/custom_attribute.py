"""An attribute that an administrator added to the list of what a mapping may name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import AttributeType, ObjectType, Side
from provisioning.models.fields import as_choices
from provisioning.models.mapping import ObjectMapping

LONGEST_NAME = 256


class CustomAttribute(models.Model):
    """One of the source (an extension attribute of the person) or of the target.

    `references` says of which type the object is that a Reference holds; empty for other types.
    """

    mapping = models.ForeignKey(ObjectMapping, models.CASCADE, related_name="custom_attributes")
    side = models.CharField(max_length=12, choices=as_choices(Side))
    name = models.CharField(_("Name"), max_length=LONGEST_NAME)
    type = models.CharField(_("Type"), max_length=12, choices=as_choices(AttributeType), default=AttributeType.STRING)
    required = models.BooleanField(_("Required?"), default=False)
    multiple = models.BooleanField(_("Multi-value?"), default=False)
    exact_case = models.BooleanField(_("Exact case?"), default=False)
    references = models.CharField(max_length=12, choices=as_choices(ObjectType), blank=True, default="")

    class Meta:
        verbose_name = _("custom attribute")
        verbose_name_plural = _("custom attributes")
        ordering = ["side", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["mapping", "side", "name"], name="custom_attribute_once_in_list")
        ]

    def __str__(self) -> str:
        return self.name
