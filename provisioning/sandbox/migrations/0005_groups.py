"""Groups of the account; a user is in one at most."""

import django.db.models.deletion
from django.db import migrations, models

import provisioning.sandbox.models


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0004_organization"),
    ]

    operations = [
        migrations.CreateModel(
            name="Group",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(default=provisioning.sandbox.models.new_key, max_length=19, unique=True)),
                ("name", models.CharField(max_length=128)),
                ("account", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="sandbox.account")),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.AddField(
            model_name="user",
            name="group",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="sandbox.group"),
        ),
    ]
