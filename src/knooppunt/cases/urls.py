"""The addresses of this room, in the places /triage/, /casussen/, /overleg/ and /beheer/bestanden/."""

from knooppunt.cases.web.case_urls import case_urls
from knooppunt.cases.web.consultation import urls as consultation_urls
from knooppunt.cases.web.documents import urls as file_urls
from knooppunt.cases.web.sounding import urls as sounding_urls
from knooppunt.cases.web.triage import urls as triage_urls

__all__ = ["case_urls", "consultation_urls", "file_urls", "sounding_urls", "triage_urls"]
