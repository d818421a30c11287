"""Who of an object type is in scope, by the attributes of the source."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import Operator
from provisioning.models.mapping import ObjectMapping
from provisioning.records import Clause, ScopingFilter


class ScopingFilterRow(models.Model):
    """One scoping filter. `clauses` is a list of {attribute, operator, value}, all of which must hold."""

    mapping = models.ForeignKey(ObjectMapping, models.CASCADE, related_name="filters")
    title = models.CharField(_("Scoping Filter Title"), max_length=256)
    order = models.PositiveSmallIntegerField(default=0)
    clauses = models.JSONField(default=list)

    class Meta:
        verbose_name = _("scoping filter")
        verbose_name_plural = _("scoping filters")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.title

    def become(self, scoping: ScopingFilter) -> None:
        """Take over its title and clauses; the caller saves the row."""
        self.title = scoping.title
        self.clauses = [
            {"attribute": each.attribute, "operator": each.operator.value, "value": each.value}
            for each in scoping.clauses
        ]

    def as_filter(self) -> ScopingFilter:
        return ScopingFilter(
            title=self.title,
            clauses=tuple(
                Clause(attribute=each["attribute"], operator=Operator(each["operator"]), value=each.get("value") or "")
                for each in self.clauses
            ),
        )
