"""Every address of the house, room by room."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from knooppunt.cases.urls import case_urls, consultation_urls, file_urls, sounding_urls, triage_urls
from knooppunt.site import account_urls, api, drafts, health, web, wellknown
from knooppunt.site.demo import web as demo

urlpatterns: list[URLPattern | URLResolver] = [
    path("", web.home, name="home"),
    path("hoedanigheid/", web.choose_function, name="choose_function"),
    path("concept/", drafts.keep, name="keep_draft"),
    path("concept/weg/", drafts.discard, name="discard_draft"),
    path("zoeken/", web.search, name="search"),
    path("zoeken/<uuid:search_id>/", web.search_results, name="search_results"),
    path("zoeken/<uuid:search_id>/samen/", web.join_persons, name="join_persons"),
    path("zoeken/<uuid:search_id>/los/", web.split_persons, name="split_persons"),
    path("", include("knooppunt.signals.urls")),
    path("triage/", include(triage_urls)),
    path("casussen/", include(case_urls)),
    path("overleg/meedenken/", include(sounding_urls)),
    path("overleg/", include(consultation_urls)),
    path("", include("knooppunt.partners.urls")),
    path("", include("knooppunt.sharing.urls")),
    path("beheer/bestanden/", include(file_urls)),
    path("account/", include(account_urls)),
    path("api/v1/", api.urls),
    path("healthz", health.healthz, name="healthz"),
    path(".well-known/security.txt", wellknown.security_txt, name="security_txt"),
]

DEMO_ONLY: list[URLPattern | URLResolver] = [
    path("demo/", demo.cast_page, name="demo"),
    path("demo/enter/<str:name>", demo.enter, name="demo_enter"),
]

if settings.DEMO:
    urlpatterns += DEMO_ONLY

handler400 = "knooppunt.site.failing.bad_request"
handler403 = "knooppunt.site.problems.permission_denied"
handler404 = "knooppunt.site.problems.page_not_found"
handler500 = "knooppunt.site.failing.server_error"
