"""The addresses of this room: the question that everyone may ask, and its part of Beheer."""

from django.urls import path, register_converter

from knooppunt.sharing.queries import regimes
from knooppunt.sharing.web import asking, keeping


class RegimeConverter:
    """The code of a regime that this installation knows."""

    regex = "|".join(sorted({version.code for version in regimes()}))

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


class VersionConverter(RegimeConverter):
    """The first day of a version."""

    regex = r"\d{4}-\d{2}-\d{2}"


register_converter(RegimeConverter, "regime")
register_converter(VersionConverter, "regime_version")

app_name = "sharing"
urlpatterns = [
    path("delen/", asking.ask, name="ask"),
    path("beheer/medewerkers/<uuid:professional>/aanwijzingen/", keeping.designations, name="designations"),
    path("beheer/medewerkers/<uuid:professional>/aanwijzingen/einde/", keeping.end_designation, name="end_designation"),
    path("beheer/overlegtafels/", keeping.tables, name="tables"),
    path("beheer/kaders/", keeping.regimes, name="regimes"),
    path("beheer/kaders/<regime:code>/<regime_version:version>/", keeping.regime, name="regime"),
]
