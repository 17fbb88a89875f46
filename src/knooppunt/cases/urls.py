"""The addresses of this room, in three places of the house: /triage/, /casussen/ and /overleg/."""

from django.urls import URLPattern

from knooppunt.cases.web.case_urls import case_urls

triage_urls: list[URLPattern] = []
consultation_urls: list[URLPattern] = []

__all__ = ["case_urls", "consultation_urls", "triage_urls"]
