"""Names the room for Django, shows designations on a colleague's page, and lets it judge the files that wait."""

from importlib import import_module

from django.apps import AppConfig
from django.urls import reverse

from knooppunt.kernel import slots


class SharingConfig(AppConfig):
    """May this be shared: regimes, grants, designations."""

    name = "knooppunt.sharing"
    label = "sharing"

    def ready(self) -> None:
        """Fills the slot that the page of a professional offers, and declares who judges files of agreements."""
        import_module("knooppunt.sharing.jobs")
        slots.fill("professional", lambda professional: reverse("sharing:designations", args=[professional]))
