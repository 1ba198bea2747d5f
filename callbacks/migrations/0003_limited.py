"""A callback that holds more than its task takes has an outcome of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('callbacks', '0002_names'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='callbackevent',
            name='callback_outcome_known',
        ),
        migrations.AlterField(
            model_name='callbackevent',
            name='outcome',
            field=models.CharField(choices=[('received', 'received, not looked at yet'), ('applied', 'applied'), ('limited', 'not all of it applied, it holds too much'), ('mismatch', 'speaks of another task'), ('adopted', 'made a new task'), ('unreadable', 'not understood'), ('unverified', 'signature missing or wrong, not believed'), ('readback', 'taken as a hint, the task was polled'), ('parked', 'given up after several tries')], default='received', max_length=16),
        ),
        migrations.AddConstraint(
            model_name='callbackevent',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['received', 'applied', 'limited', 'mismatch', 'adopted', 'unreadable', 'unverified', 'readback', 'parked'])), name='callback_outcome_known'),
        ),
    ]
