"""The addresses of Beheer in this room."""

from django.urls import path, register_converter

from knooppunt.sharing import web
from knooppunt.sharing.queries import regimes


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
    path("beheer/medewerkers/<uuid:professional>/aanwijzingen/", web.designations, name="designations"),
    path("beheer/medewerkers/<uuid:professional>/aanwijzingen/einde/", web.end_designation, name="end_designation"),
    path("beheer/overlegtafels/", web.tables, name="tables"),
    path("beheer/kaders/", web.regimes, name="regimes"),
    path("beheer/kaders/<regime:code>/<regime_version:version>/", web.regime, name="regime"),
]
