from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "zhenwu.kernel.documents"
    label = "documents"
    verbose_name = "文书"
