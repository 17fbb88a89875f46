"""Names the room for Django."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Working together: intake, triage, case, consultation, plan, direction."""

    name = "knooppunt.cases"
    label = "cases"
