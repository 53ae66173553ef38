from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "zhenwu.kernel.ledgers"
    label = "ledgers"
    verbose_name = "台账"
