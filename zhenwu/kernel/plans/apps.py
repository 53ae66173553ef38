from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "zhenwu.kernel.plans"
    label = "plans"
    verbose_name = "计划"
