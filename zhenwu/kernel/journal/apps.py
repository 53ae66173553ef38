from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "zhenwu.kernel.journal"
    label = "journal"
    verbose_name = "操作留痕"
