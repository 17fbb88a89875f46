"""Names the room for Django, shows designations on a colleague's page, and lets it judge the files that wait."""

from importlib import import_module

from django.apps import AppConfig
from django.urls import reverse

from knooppunt.kernel import slots
from knooppunt.sharing import law


class SharingConfig(AppConfig):
    """May this be shared: regimes, grants, designations."""

    name = "knooppunt.sharing"
    label = "sharing"

    def ready(self) -> None:
        """Fills the slot of a professional's page, declares who judges files, and tells the law what was approved."""
        import_module("knooppunt.sharing.jobs")
        from knooppunt.sharing.queries import approved

        law.ask_for_approved(approved)
        slots.fill("professional", lambda professional: reverse("sharing:designations", args=[professional]))
