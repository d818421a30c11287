"""The tables of the first version."""

import django.db.models.deletion
from django.db import migrations, models

import provisioning.sandbox.clock
import provisioning.sandbox.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(default=provisioning.sandbox.models.new_key, max_length=19, unique=True)),
                ("name", models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name="Client",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("client_id", models.CharField(max_length=100, unique=True)),
                ("secret", models.CharField(max_length=128)),
                ("grants", models.JSONField()),
                ("scope", models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="License",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(default=provisioning.sandbox.models.new_key, max_length=19, unique=True)),
                ("description", models.CharField(max_length=100)),
                ("products", models.JSONField()),
                ("seats", models.PositiveIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="licenses", to="sandbox.account"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("license", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="sandbox.license")),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(default=provisioning.sandbox.models.new_key, max_length=19, unique=True)),
                ("email", models.CharField(max_length=128)),
                ("email_folded", models.CharField(max_length=140, unique=True)),
                ("first_name", models.CharField(max_length=60)),
                ("last_name", models.CharField(max_length=60)),
                ("locale", models.CharField(default="en_US", max_length=10)),
                ("time_zone", models.CharField(default="America/Los_Angeles", max_length=60)),
                ("admin_roles", models.JSONField(default=list)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("SUSPENDED", "Suspended"),
                            ("INVITED", "Invited"),
                            ("ACTIVE", "Active"),
                            ("INACTIVE", "Inactive"),
                        ],
                        db_index=True,
                        default="SUSPENDED",
                        max_length=9,
                    ),
                ),
                ("password", models.CharField(blank=True, max_length=128)),
                ("password_created", models.BooleanField(default=False)),
                ("idle", models.BooleanField(default=False)),
                ("invited_at", models.DateTimeField(null=True)),
                ("invite_count", models.PositiveIntegerField(default=0)),
                ("name_locked", models.BooleanField(default=False)),
                ("email_locked", models.BooleanField(default=False)),
                ("identity_read_only", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=provisioning.sandbox.clock.now)),
                ("changed_at", models.DateTimeField(default=provisioning.sandbox.clock.now)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="users", to="sandbox.account"
                    ),
                ),
                (
                    "licenses",
                    models.ManyToManyField(related_name="users", through="sandbox.Seat", to="sandbox.license"),
                ),
            ],
            options={
                "ordering": ["email_folded"],
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("access", "Access"), ("refresh", "Refresh")], max_length=7)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("client", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="sandbox.client")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="sandbox.user")),
            ],
        ),
        migrations.AddField(
            model_name="seat",
            name="user",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="sandbox.user"),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(fields=("user", "license"), name="one_seat_a_license"),
        ),
    ]
