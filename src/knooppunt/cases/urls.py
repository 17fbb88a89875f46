"""The addresses of this room, in three places of the house: /triage/, /casussen/ and /overleg/."""

from knooppunt.cases.web.case_urls import case_urls
from knooppunt.cases.web.consultation import urls as consultation_urls
from knooppunt.cases.web.triage import urls as triage_urls

__all__ = ["case_urls", "consultation_urls", "triage_urls"]
