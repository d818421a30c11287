"""Gives the audit trail the application of each entry, and what it is searched by."""

import django.utils.timezone
from django.db import migrations, models
from django.db.models.functions import Lower


def fill(apps, schema_editor):
    entries = apps.get_model("accounts", "AuditEntry").objects
    entries.update(target_lower=Lower("target"), who_lower=Lower("who_name"))


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_no_role'),
    ]

    operations = [
        migrations.AddField(
            model_name='auditentry',
            name='application',
            field=models.UUIDField(blank=True, null=True, verbose_name='application'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='target_lower',
            field=models.CharField(blank=True, editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='who_lower',
            field=models.CharField(blank=True, editable=False, max_length=150),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='date'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['-at', '-id'], name='audit_newest'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['application', '-at', '-id'], name='audit_newest_of_application'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['activity', '-at', '-id'], name='audit_by_activity'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['target_lower'], name='audit_by_target', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['who_lower'], name='audit_by_who', opclasses=['varchar_pattern_ops']),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
