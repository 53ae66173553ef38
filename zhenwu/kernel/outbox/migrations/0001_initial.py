"""Who is told of events, and what still has to be told. Events of before are told to nobody: the follower begins at the head."""

from typing import Any

import django.db.models.deletion
import zhenwu.lib.quick_json
from django.db import migrations, models


def begin_at_the_head(apps: Any, schema_editor: Any) -> None:
    last = apps.get_model("journal", "Sequenced").objects.order_by("-position").values_list("position", flat=True).first()
    if last:
        apps.get_model("journal", "Cursor").objects.get_or_create(follower="outbox", defaults={"position": last})


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('journal', '0003_quick_json'),
    ]

    operations = [
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60)),
                ('url', models.CharField(max_length=500)),
                ('kinds', models.JSONField(decoder=zhenwu.lib.quick_json.Decoder, encoder=zhenwu.lib.quick_json.Encoder)),
                ('line', models.CharField(blank=True, max_length=60)),
                ('paused', models.CharField(blank=True, max_length=200)),
                ('failing_since', models.DateTimeField(null=True)),
                ('failing', models.BooleanField(default=False)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('last_tried_at', models.DateTimeField(null=True)),
                ('last_delivered_at', models.DateTimeField(null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('lost', models.PositiveBigIntegerField(default=0)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.event')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.event')),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.event')),
            ],
        ),
        migrations.CreateModel(
            name='SigningSecret',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('envelope', models.CharField(max_length=300)),
                ('valid_until', models.DateTimeField(null=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.event')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='secrets', to='outbox.subscription')),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('position', models.BigIntegerField()),
                ('kind', models.CharField(max_length=60)),
                ('body', models.TextField()),
                ('state', models.CharField(default='waiting', max_length=10)),
                ('queued_at', models.DateTimeField()),
                ('tries', models.PositiveIntegerField(default=0)),
                ('ended_at', models.DateTimeField(null=True)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('subscription', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='outbox.subscription')),
            ],
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_by', None)), fields=('name',), name='one_live_subscription_per_name'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['subscription', 'position'], name='deliveries_waiting'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['ended_at'], name='deliveries_ended'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('subscription', 'position'), name='one_delivery_per_position'),
        ),
        migrations.RunPython(begin_at_the_head, migrations.RunPython.noop),
    ]
