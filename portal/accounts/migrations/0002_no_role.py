"""Accounts without a role: owners of applications."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_accounts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='account',
            name='role',
            field=models.CharField(choices=[('application_administrator', 'Application Administrator'), ('cloud_application_administrator', 'Cloud Application Administrator'), ('reports_reader', 'Reports Reader'), ('none', 'No role')], default='reports_reader', max_length=40, verbose_name='role'),
        ),
    ]
