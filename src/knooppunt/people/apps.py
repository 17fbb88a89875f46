"""Names the room for Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Residents as keys, and finding one again."""

    name = "knooppunt.people"
    label = "people"
