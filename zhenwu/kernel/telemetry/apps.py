from django.apps import AppConfig


class TelemetryConfig(AppConfig):
    name = "zhenwu.kernel.telemetry"
    label = "telemetry"
    verbose_name = "物联"
