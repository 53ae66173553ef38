from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "zhenwu.kernel.outbox"
    label = "outbox"
    verbose_name = "对外推送"
