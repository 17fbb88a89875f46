"""Names the room for Django."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """May this be shared: regimes, grants, designations."""

    name = "knooppunt.sharing"
    label = "sharing"
