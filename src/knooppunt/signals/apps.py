"""Names the room for Django, and lets it send what it promises to send."""

from importlib import import_module

from django.apps import AppConfig


class SignalsConfig(AppConfig):
    """What comes in: reports, routes, terms, outcomes."""

    name = "knooppunt.signals"
    label = "signals"

    def ready(self) -> None:
        """Declares who sends outcome notices, also in the process that only asks for it."""
        import_module("knooppunt.signals.jobs")
