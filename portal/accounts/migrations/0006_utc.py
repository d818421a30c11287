"""Times in UTC while an account says so."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_language'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='in_utc',
            field=models.BooleanField(default=False, verbose_name='times in UTC'),
        ),
    ]
