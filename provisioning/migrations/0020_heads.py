
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("provisioning", "0018_validator_runs"),
    ]

    operations = [
        migrations.AddField(
            model_name="directory",
            name="heads",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
