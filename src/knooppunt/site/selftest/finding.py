"""What a safeguard was found to be, and how the installation is reached."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured

from knooppunt.site import environment

PATIENCE = 10
"""Seconds for a connection."""


class Outcome(StrEnum):
    """How a safeguard stands."""

    OK = "ok"
    WRONG = "fout"
    SKIPPED = "overgeslagen"


@dataclass(frozen=True)
class Finding:
    """One safeguard: what must be so, how it stands, what is wrong (never who), and how to mend it."""

    name: str
    says: str
    outcome: Outcome
    wrong: tuple[str, ...] = ()
    mend: str = ""

    @property
    def line(self) -> str:
        """As it is printed."""
        if self.outcome is Outcome.OK:
            return f"ok            {self.says}"
        if self.outcome is Outcome.SKIPPED:
            return f"overgeslagen  {self.says} ({self.mend})"
        return f"FOUT          {self.says}. Mis: {'; '.join(self.wrong)}. Herstel: {self.mend}"

    def as_data(self) -> dict[str, Any]:
        """For a program that reads it."""
        return {"name": self.name, "says": self.says, "outcome": self.outcome, "wrong": self.wrong, "mend": self.mend}


def judged(name: str, says: str, wrong: Sequence[str], mend: str) -> Finding:
    """In order when nothing is wrong."""
    if not wrong:
        return Finding(name, says, Outcome.OK)
    return Finding(name, says, Outcome.WRONG, tuple(wrong), mend)


def skipped(name: str, says: str, why: str) -> Finding:
    """What cannot be looked at from here, or does not hold here."""
    return Finding(name, says, Outcome.SKIPPED, mend=why)


@dataclass
class Installation:
    """What the environment points at. `example` is a demo on this machine: what only production needs is skipped."""

    variables: Mapping[str, str]
    example: bool
    url: str = ""
    _given: dict[str, dict[str, Any] | None] = field(default_factory=dict)

    def login(self, role: str) -> dict[str, Any] | None:
        """Django's settings for this role's address, when the environment has one."""
        if role not in self._given:
            try:
                both = environment.databases(self.variables, "web" if role == "counts" else role)
                self._given[role] = both["counts" if role == "counts" else "default"]
            except ImproperlyConfigured:
                self._given[role] = None
        return self._given[role]

    @contextmanager
    def connected(self, role: str) -> Iterator[psycopg.Connection]:
        """As this role; everything is rolled back at the end."""
        login = self.login(role) or {}
        words = {
            "dbname": login.get("NAME"),
            "user": login.get("USER"),
            "password": login.get("PASSWORD"),
            "host": login.get("HOST"),
            "port": login.get("PORT"),
            **{word: value for word, value in login.get("OPTIONS", {}).items() if word != "server_side_binding"},
            "connect_timeout": PATIENCE,
            "application_name": "knooppunt-selftest",
        }
        given = {word: value for word, value in words.items() if value}
        connection = psycopg.connect("", **given)
        try:
            yield connection
        finally:
            connection.rollback()
            connection.close()
