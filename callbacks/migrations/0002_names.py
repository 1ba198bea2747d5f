"""A callback is called a callback in the admin; nothing in the database changes."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('callbacks', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='callbackevent',
            options={'ordering': ['-id'], 'verbose_name': 'callback'},
        ),
    ]
