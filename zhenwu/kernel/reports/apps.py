from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "zhenwu.kernel.reports"
    label = "reports"
    verbose_name = "报告"
