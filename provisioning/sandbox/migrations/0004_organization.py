"""The organization of each account, its groups, and what SCIM knows of a person."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import provisioning.sandbox.clock
import provisioning.sandbox.models


def found(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give each account an organization with the domains of its people, and its super users both roles there."""
    users = apps.get_model("sandbox", "User").objects
    for account in apps.get_model("sandbox", "Account").objects.all():
        emails = users.filter(account=account).values_list("email_folded", flat=True)
        domains = sorted({email.rpartition("@")[2] for email in emails})
        apps.get_model("sandbox", "Organization").objects.create(account=account, domains=domains)
    for user in users.all():
        if "SUPER_USER" in user.admin_roles:
            user.org_roles = ["ROLE_ORG_READ", "ROLE_ORG_WRITE"]
            user.save()


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0003_codes_and_personal_tokens"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="active",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="user",
            name="display_name",
            field=models.CharField(blank=True, max_length=128),
        ),
        migrations.AddField(
            model_name="user",
            name="enterprise",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="user",
            name="external_id",
            field=models.CharField(blank=True, max_length=128),
        ),
        migrations.AddField(
            model_name="user",
            name="in_organization",
            field=models.BooleanField(db_index=True, default=True),
        ),
        migrations.AddField(
            model_name="user",
            name="org_roles",
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name="Organization",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("domains", models.JSONField(default=list)),
                ("account", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="sandbox.account")),
            ],
        ),
        migrations.CreateModel(
            name="OrgGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(default=provisioning.sandbox.models.new_key, max_length=19, unique=True)),
                ("display_name", models.CharField(max_length=128)),
                ("members", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(default=provisioning.sandbox.clock.now)),
                (
                    "organization",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="sandbox.organization"),
                ),
            ],
            options={
                "ordering": ["display_name", "pk"],
            },
        ),
        migrations.RunPython(found, migrations.RunPython.noop),
    ]
