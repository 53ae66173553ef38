from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "zhenwu.kernel.rounds"
    label = "rounds"
    verbose_name = "周期任务"
