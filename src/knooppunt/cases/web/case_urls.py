"""The addresses under /casussen/. A case is an id nobody can guess; a person never stands in an address."""

from django.urls import URLPattern, path

from knooppunt.cases.web import case, consent, direction, documents, later, lists, plan, purpose

_patterns: list[URLPattern] = [
    path("", lists.case_list, name="list"),
    path("export.csv", lists.export, name="export"),
    path("<uuid:case_id>/", case.overview, name="overview"),
    path("<uuid:case_id>/doel/", purpose.purpose, name="purpose"),
    path("<uuid:case_id>/plan/", plan.plan, name="plan"),
    path("<uuid:case_id>/plan/eigen-woorden/", plan.own_words, name="own_words"),
    path("<uuid:case_id>/plan/vaststellen/", plan.adopt, name="adopt"),
    path("<uuid:case_id>/plan/doel/", plan.new_goal, name="new_goal"),
    path("<uuid:case_id>/plan/doel/<uuid:goal_id>/", plan.goal, name="goal"),
    path("<uuid:case_id>/plan/afspraak/", plan.new_action, name="new_action"),
    path("<uuid:case_id>/plan/afspraak/<uuid:action_id>/", plan.action, name="action"),
    path("<uuid:case_id>/plan/afspraak/<uuid:action_id>/afronden/", plan.settle, name="settle"),
    path("<uuid:case_id>/informatie/", case.information, name="information"),
    path("<uuid:case_id>/informatie/inbrengen/", case.share, name="share"),
    path("<uuid:case_id>/informatie/niet-delen/", case.withhold, name="withhold"),
    path("<uuid:case_id>/toestemming/", consent.consent, name="consent"),
    path("<uuid:case_id>/toestemming/<uuid:consent_id>/intrekken/", consent.withdraw_consent, name="withdraw_consent"),
    path("<uuid:case_id>/informatie/<uuid:item_id>/later/", later.open_later, name="open_later"),
    path("<uuid:case_id>/informatie/<uuid:item_id>/later/niet/", later.keep_closed, name="keep_closed"),
    path("<uuid:case_id>/informatie/<uuid:document_id>/bestand/", documents.file, name="file"),
    path("<uuid:case_id>/netwerk/", case.network, name="network"),
    path("<uuid:case_id>/netwerk/directe-kring/", case.circle, name="circle"),
    path("<uuid:case_id>/overleg/", case.consultations, name="consultations"),
    path("<uuid:case_id>/regie/", direction.direction, name="direction"),
    path("<uuid:case_id>/regie/partner/", direction.partner, name="partner"),
    path("<uuid:case_id>/regie/casusregisseur/", direction.case_director, name="case_director"),
    path("<uuid:case_id>/regie/fase/", direction.phase, name="phase"),
    path("<uuid:case_id>/regie/evaluatie/", direction.review, name="review"),
    path("<uuid:case_id>/regie/stap/", direction.step, name="step"),
    path("<uuid:case_id>/regie/informeren/", direction.informed, name="informed"),
    path("<uuid:case_id>/regie/afsluiten/", direction.close, name="close"),
    path("<uuid:case_id>/regie/afsluiten/zeker/", direction.close_surely, name="close_surely"),
    path("<uuid:case_id>/tijdlijn/", case.timeline, name="timeline"),
    path("<uuid:case_id>/verantwoording/", case.accountability, name="accountability"),
]

case_urls = (_patterns, "cases")
"""With their namespace, for `include`."""
