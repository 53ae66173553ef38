from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JournalConfig(AppConfig):
    name = "zhenwu.kernel.journal"
    label = "journal"
    verbose_name = "操作留痕"

    def ready(self) -> None:
        from zhenwu.kernel.journal.session_key import keep_session_key

        post_migrate.connect(keep_session_key, sender=self)
