"""What a listing of the target gave, as long as its cycle runs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import ObjectType
from provisioning.models.cycle import Cycle
from provisioning.models.fields import as_choices
from provisioning.records import TargetObject


class SurveyRow(models.Model):
    """One object of the target under one of its matching values; without any, under an empty attribute."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="survey")
    object_type = models.CharField(max_length=12, choices=as_choices(ObjectType))
    attribute = models.CharField(max_length=256, blank=True)
    value = models.CharField(max_length=512, blank=True)
    target_id = models.CharField(max_length=256)
    label = models.CharField(max_length=256, blank=True)
    active = models.BooleanField(null=True)
    attributes = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("surveyed object")
        verbose_name_plural = _("surveyed objects")
        indexes = [
            models.Index(fields=["cycle", "object_type", "attribute", "value"], name="survey_by_value"),
            models.Index(fields=["cycle", "object_type", "target_id"], name="survey_by_id"),
        ]

    def __str__(self) -> str:
        return self.label or self.target_id

    def as_value(self) -> TargetObject:
        values = {name: tuple(each) if isinstance(each, list) else each for name, each in self.attributes.items()}
        return TargetObject(id=self.target_id, attributes=values, active=self.active, label=self.label)
