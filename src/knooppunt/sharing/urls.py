"""The addresses of this room: the question that everyone may ask, and its part of Beheer."""

from django.urls import path, register_converter

from knooppunt.sharing.law import versions
from knooppunt.sharing.web import (
    agreement_files,
    agreement_word,
    agreements,
    answering,
    asking,
    keeping,
    network,
    regimetexts,
)


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


class FrequentStepConverter(RegimeConverter):
    """One of the steps with a frequent question."""

    regex = "|".join(answering.STEPS)


register_converter(FrequentStepConverter, "frequent_step")


class DigestConverter(RegimeConverter):
    """The beginning of the digest of a text, as a reference names it."""

    regex = r"[0-9a-f]{12}"


class TextStepConverter(RegimeConverter):
    """One of the steps with a text of a regime."""

    regex = "|".join(regimetexts.TEXT_STEPS)


register_converter(RegimeConverter, "regime")
register_converter(DigestConverter, "digest")
register_converter(TextStepConverter, "text_step")
register_converter(StepConverter, "agreement_step")
register_converter(VersionConverter, "regime_version")

VERSION = "beheer/kaders/<regime:code>/<regime_version:version>/"

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
    path("beheer/kaders/teksten/<uuid:text>/", regimetexts.regime_text, name="regime_text"),
    path("beheer/kaders/teksten/<uuid:text>/<text_step:step>/", regimetexts.regime_text_step, name="regime_text_step"),
    path(VERSION, keeping.regime, name="regime"),
    path(f"{VERSION}nieuw/", regimetexts.new_regime_text, name="new_regime_text"),
    path(f"{VERSION}<digest:digest>/", keeping.regime, name="regime_as_it_was"),
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
