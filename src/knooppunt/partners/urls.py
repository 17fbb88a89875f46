"""The addresses of Beheer in this room. Ids are random, choices come from lists; nothing typed stands in an address."""

from django.urls import path, register_converter

from knooppunt.partners import web


class ChangeConverter:
    """One of the ways to change a colleague."""

    regex = "|".join(web.CHANGES)

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(ChangeConverter, "staff_change")

app_name = "partners"
urlpatterns = [
    path("beheer/", web.home, name="home"),
    path("beheer/medewerkers/", web.staff, name="staff"),
    path("beheer/medewerkers/nieuw/", web.add, name="add"),
    path("beheer/medewerkers/<uuid:key>/", web.member, name="member"),
    path("beheer/medewerkers/<uuid:key>/toegang/", web.invite, name="invite"),
    path("beheer/medewerkers/<uuid:key>/uitloggen/", web.end_sessions, name="end_sessions"),
    path("beheer/medewerkers/<uuid:key>/hervatten/", web.resume, name="resume"),
    path("beheer/medewerkers/<uuid:key>/<staff_change:what>/", web.change, name="change"),
    path("beheer/organisaties/", web.organisations, name="organisations"),
    path("beheer/organisaties/naam/", web.name_organisation, name="name_organisation"),
    path("beheer/gebieden/", web.areas, name="areas"),
]
