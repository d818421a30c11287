"""A sign of life from inside a running task; tells a hanging cluster from a busy one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Beat(models.Model):
    """One row per host and cluster, written by the thread that owns the database, by nothing else."""

    host = models.CharField(max_length=255)
    cluster = models.CharField(max_length=40)
    beat_at = models.DateTimeField()

    class Meta:
        verbose_name = _("beat")
        verbose_name_plural = _("beats")
        constraints = [models.UniqueConstraint(fields=["host", "cluster"], name="one_beat_per_host_and_cluster")]

    def __str__(self) -> str:
        return f"{self.cluster} on {self.host}"
