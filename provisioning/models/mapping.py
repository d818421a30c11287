"""How the attributes of one object type flow into the target."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import FlowType, MappingType, ObjectType
from provisioning.models.fields import as_choices
from provisioning.models.job import ProvisioningJob
from provisioning.records import ObjectRules, Rule


class ObjectMapping(models.Model):
    """One object type of a job: switched on or off, what may be done to target objects, and its rows."""

    job = models.ForeignKey(ProvisioningJob, models.CASCADE, related_name="mappings")
    object_type = models.CharField(max_length=12, choices=as_choices(ObjectType))
    target_object = models.CharField(_("Target Object"), max_length=120)
    enabled = models.BooleanField(_("Enabled"), default=True)
    create_objects = models.BooleanField(_("Create"), default=True)
    update_objects = models.BooleanField(_("Update"), default=True)
    delete_objects = models.BooleanField(_("Delete"), default=True)

    class Meta:
        verbose_name = _("object mapping")
        verbose_name_plural = _("object mappings")
        constraints = [models.UniqueConstraint(fields=["job", "object_type"], name="one_mapping_per_object_type")]

    def __str__(self) -> str:
        return f"{self.object_type}: {self.job}"

    def as_rules(self) -> ObjectRules:
        return ObjectRules(
            type=ObjectType(self.object_type),
            rules=tuple(row.as_rule() for row in self.rows.all()),
            create=self.create_objects,
            update=self.update_objects,
            delete=self.delete_objects,
            filters=tuple(row.as_filter() for row in self.filters.all()),
        )


class AttributeMapping(models.Model):
    """One row: where a target attribute gets its value from."""

    mapping = models.ForeignKey(ObjectMapping, models.CASCADE, related_name="rows")
    target = models.CharField(_("Target attribute"), max_length=256)
    type = models.CharField(
        _("Mapping type"), max_length=12, choices=as_choices(MappingType), default=MappingType.DIRECT
    )
    source = models.TextField(_("Source attribute"), blank=True)  # or the constant, or the expression
    default = models.CharField(_("Default value if null (optional)"), max_length=1024, blank=True)
    matching = models.PositiveSmallIntegerField(_("Matching precedence"), default=0)
    flow = models.CharField(
        _("Apply this mapping"), max_length=20, choices=as_choices(FlowType), default=FlowType.ALWAYS
    )
    flow_empty = models.BooleanField(_("Flow empty values"), default=False)
    required = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("attribute mapping")
        verbose_name_plural = _("attribute mappings")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["mapping", "target"], name="one_row_per_target_attribute")]

    def __str__(self) -> str:
        return f"{self.source} to {self.target}"

    @property
    def source_text(self) -> str:
        """Where the value comes from, as an expression would say it."""
        return {
            MappingType.DIRECT: f"[{self.source}]",
            MappingType.CONSTANT: f'"{self.source}"',
            MappingType.EXPRESSION: self.source,
        }.get(MappingType(self.type), "")

    def as_rule(self) -> Rule:
        """The row as the engine reads it; `source` holds the value of a Constant, the text of an Expression."""
        return Rule(
            target=self.target,
            type=MappingType(self.type),
            source=self.source,
            default=self.default,
            matching=self.matching,
            flow=FlowType(self.flow),
            flow_empty=self.flow_empty,
            required=self.required,
        )
