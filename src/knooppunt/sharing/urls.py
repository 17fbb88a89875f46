"""The addresses of this room: the question that everyone may ask, and its part of Beheer."""

from django.urls import path, register_converter

from knooppunt.sharing.law import versions
from knooppunt.sharing.web import agreements, asking, keeping


class RegimeConverter:
    """The code of a regime that this installation knows."""

    regex = "|".join(sorted({version.code for version in versions()}))

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


class VersionConverter(RegimeConverter):
    """The first day of a version."""

    regex = r"\d{4}-\d{2}-\d{2}"


class StepConverter(RegimeConverter):
    """One of the steps with an agreement."""

    regex = "|".join(agreements.STEPS)


register_converter(RegimeConverter, "regime")
register_converter(StepConverter, "agreement_step")
register_converter(VersionConverter, "regime_version")

app_name = "sharing"
urlpatterns = [
    path("delen/", asking.ask, name="ask"),
    path("beheer/medewerkers/<uuid:professional>/aanwijzingen/", keeping.designations, name="designations"),
    path("beheer/medewerkers/<uuid:professional>/aanwijzingen/einde/", keeping.end_designation, name="end_designation"),
    path("beheer/overlegtafels/", keeping.tables, name="tables"),
    path("beheer/kaders/", keeping.regimes, name="regimes"),
    path("beheer/kaders/<regime:code>/<regime_version:version>/", keeping.regime, name="regime"),
    path("beheer/afspraken/", agreements.agreements, name="agreements"),
    path("beheer/afspraken/nieuw/", agreements.new_agreement, name="new_agreement"),
    path("beheer/afspraken/<uuid:agreement>/", agreements.agreement, name="agreement"),
    path("beheer/afspraken/<uuid:agreement>/<agreement_step:step>/", agreements.agreement_step, name="agreement_step"),
]
