"""How often a matter was sent back stands in its columns, beside how often it was suspended and reopened."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("matters", "0002_fewer_indexes")]
    operations = [migrations.RemoveField(model_name="step", name="returned")]
