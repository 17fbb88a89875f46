"""The addresses of Meldingen: only choices from lists and random ids stand in them."""

from django.urls import path

from knooppunt.signals import web

app_name = "signals"
urlpatterns = [
    path("meldingen/", web.inbox, name="inbox"),
    path("meldingen/export.csv", web.export, name="export"),
    path("meldingen/nieuw/", web.register, name="new"),
    path("meldingen/<uuid:report>/", web.report, name="report"),
    path("meldingen/<uuid:report>/beoordelen/", web.judge, name="judge"),
    path("meldingen/<uuid:report>/intrekken/", web.withdraw, name="withdraw"),
    path("meldingen/<uuid:report>/samenvoegen/", web.join, name="join"),
]
