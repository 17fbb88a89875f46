"""Names the room for Django, and shows designations on a colleague's page."""

from django.apps import AppConfig
from django.urls import reverse

from knooppunt.kernel import slots
from knooppunt.sharing import law


class SharingConfig(AppConfig):
    """May this be shared: regimes, grants, designations."""

    name = "knooppunt.sharing"
    label = "sharing"

    def ready(self) -> None:
        """Fills the slot that the page of a professional offers, and tells the law what was approved here."""
        from knooppunt.sharing.queries import approved

        law.ask_for_approved(approved)
        slots.fill("professional", lambda professional: reverse("sharing:designations", args=[professional]))
