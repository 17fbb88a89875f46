"""The addresses of this room: the question that everyone may ask, and its part of Beheer."""

from django.urls import path, register_converter

from knooppunt.sharing.queries import regimes
from knooppunt.sharing.web import agreement_files, agreement_word, agreements, answering, asking, keeping, network


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


class StepConverter(RegimeConverter):
    """One of the steps with an agreement."""

    regex = "|".join(agreements.STEPS)


class FrequentStepConverter(RegimeConverter):
    """One of the steps with a frequent question."""

    regex = "|".join(answering.STEPS)


register_converter(FrequentStepConverter, "frequent_step")
register_converter(RegimeConverter, "regime")
register_converter(StepConverter, "agreement_step")
register_converter(VersionConverter, "regime_version")

app_name = "sharing"
urlpatterns = [
    path("delen/", asking.ask, name="ask"),
    path("delen/vraag/", network.ask_network, name="ask_network"),
    path("delen/mijn-vragen/", network.own_questions, name="own_questions"),
    path("delen/gevraagd/<uuid:frequent>/", network.frequent_question, name="frequent_question"),
    path("beheer/medewerkers/<uuid:professional>/aanwijzingen/", keeping.designations, name="designations"),
    path("beheer/medewerkers/<uuid:professional>/aanwijzingen/einde/", keeping.end_designation, name="end_designation"),
    path("beheer/overlegtafels/", keeping.tables, name="tables"),
    path("beheer/kaders/", keeping.regimes, name="regimes"),
    path("beheer/kaders/<regime:code>/<regime_version:version>/", keeping.regime, name="regime"),
    path("beheer/afspraken/", agreements.agreements, name="agreements"),
    path("beheer/afspraken/nieuw/", agreements.new_agreement, name="new_agreement"),
    path("beheer/afspraken/<uuid:agreement>/", agreements.agreement, name="agreement"),
    path("beheer/afspraken/<uuid:agreement>/word/", agreement_word.agreement_word, name="agreement_word"),
    path("beheer/afspraken/<uuid:agreement>/bestanden/toevoegen/", agreement_files.add, name="add_agreement_file"),
    path(
        "beheer/afspraken/<uuid:agreement>/bestanden/<uuid:agreement_file>/",
        agreement_files.file,
        name="agreement_file",
    ),
    path(
        "beheer/afspraken/<uuid:agreement>/bestanden/<uuid:agreement_file>/weg/",
        agreement_files.remove,
        name="remove_agreement_file",
    ),
    path("beheer/afspraken/<uuid:agreement>/<agreement_step:step>/", agreements.agreement_step, name="agreement_step"),
    path("beheer/vragen/", answering.network_questions, name="network_questions"),
    path("beheer/vragen/<uuid:question>/", answering.network_question, name="network_question"),
    path("beheer/vragen/<uuid:question>/veelgesteld/", answering.new_frequent, name="new_frequent"),
    path("beheer/veelgesteld/<uuid:frequent>/", answering.kept_frequent, name="kept_frequent"),
    path(
        "beheer/veelgesteld/<uuid:frequent>/<frequent_step:frequent_step>/",
        answering.frequent_step,
        name="frequent_step",
    ),
]
