"""Authorization codes, personal access tokens, redirect addresses of clients, and the scope of each token.

Tokens of before end: their scope is not known, and whoever holds one signs in again.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def end_tokens(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("sandbox", "Token").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0002_duplicates")]

    operations = [
        migrations.RunPython(end_tokens, migrations.RunPython.noop),
        migrations.AddField(
            model_name="client",
            name="redirect_uris",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="token",
            name="scope",
            field=models.CharField(default="", max_length=200),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="Code",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("redirect_uri", models.CharField(blank=True, max_length=2000)),
                ("challenge", models.CharField(blank=True, max_length=64)),
                ("scope", models.CharField(max_length=200)),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("client", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="sandbox.client")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="sandbox.user")),
            ],
        ),
        migrations.CreateModel(
            name="PersonalToken",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("scope", models.CharField(max_length=200)),
                ("expires_at", models.DateTimeField(null=True)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="sandbox.user")),
            ],
        ),
    ]
