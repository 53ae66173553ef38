from django.apps import AppConfig


class DefinitionsConfig(AppConfig):
    name = "zhenwu.kernel.definitions"
    label = "definitions"
    verbose_name = "定义"
