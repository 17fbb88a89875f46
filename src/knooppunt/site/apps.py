"""Names the room for Django."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The top floor: settings, addresses, translation of errors, command line, home."""

    name = "knooppunt.site"
    label = "site"
