from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "zhenwu.kernel.matters"
    label = "matters"
    verbose_name = "事项"
