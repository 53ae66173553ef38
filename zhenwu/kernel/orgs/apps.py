from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "zhenwu.kernel.orgs"
    label = "orgs"
    verbose_name = "组织人员"
