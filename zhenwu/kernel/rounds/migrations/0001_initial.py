from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Reached",
            fields=[
                ("round", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("through", models.DateField()),
                ("revision", models.BigIntegerField()),
            ],
        ),
    ]
