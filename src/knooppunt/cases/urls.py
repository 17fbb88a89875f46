"""The addresses of this room, in three places of the house: /triage/, /casussen/ and /overleg/."""

from django.urls import URLPattern

triage_urls: list[URLPattern] = []
case_urls: list[URLPattern] = []
consultation_urls: list[URLPattern] = []
