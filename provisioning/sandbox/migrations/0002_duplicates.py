"""Two users may have the same e-mail address: never through the API, but by the switch that makes duplicates."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0001_tables")]

    operations = [
        migrations.AlterModelOptions(name="user", options={"ordering": ["email_folded", "pk"]}),
        migrations.AlterField(
            model_name="user",
            name="email_folded",
            field=models.CharField(db_index=True, max_length=140),
        ),
    ]
