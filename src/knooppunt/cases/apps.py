"""Names the room for Django, and lets it judge the files that wait."""

from importlib import import_module

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Working together: intake, triage, case, consultation, plan, direction."""

    name = "knooppunt.cases"
    label = "cases"

    def ready(self) -> None:
        """Declares who judges files, also in the process that only asks for it."""
        import_module("knooppunt.cases.jobs")
