"""Names the room for Django."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Who works here: areas, organisations, professionals, tables as meetings."""

    name = "knooppunt.partners"
    label = "partners"
