"""Names the room for Django."""

from django.apps import AppConfig


class SignalsConfig(AppConfig):
    """What comes in: reports, routes, terms, outcomes."""

    name = "knooppunt.signals"
    label = "signals"
