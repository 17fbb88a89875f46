"""What a password may not be: short, or what everybody tries first. No rules about capitals, digits or signs.

At least twelve characters, at most 256 so that hashing stays cheap; then Django's list of twenty thousand, and here
what a guesser would try at this installation: its own words, names of organisations and regions, the mail address.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from knooppunt.partners.queries import all_regions, organisations

SHORTEST, LONGEST = 12, 256
REST_AT_LEAST = 6
"""Characters that must be left when the words that everybody tries are taken out."""

WORDS = (
    "knooppunt", "zorgenveiligheid", "zorgveiligheid", "veiligheidshuis", "zorgenveiligheidshuis", "wachtwoord",
    "password", "welkom", "welcome", "geheim", "inloggen", "login", "gemeente", "politie", "wijkteam", "lente",
    "zomer", "herfst", "winter", "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus",
    "september", "oktober", "november", "december", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag",
    "qwerty", "asdfgh", "zxcvbn", "abcdef", "123456", "654321",
)  # fmt: skip


class Argon2(Argon2PasswordHasher):
    """Argon2id as OWASP advises for servers: 46 MiB, one pass, one lane. Django's own 100 MiB on eight lanes would let
    a few log-ins at once fill the memory of a small machine."""

    time_cost = 1
    memory_cost = 47_104
    parallelism = 1


class LongEnough:
    """Long enough to make guessing hopeless, shorter than what makes hashing slow. Django's own has no Dutch words."""

    def validate(self, password: str, user: Any = None) -> None:
        """Counts, and looks no further."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise ValidationError(self.get_help_text(), code="password_length")

    def get_help_text(self) -> str:
        """The rule in words."""
        words = _("Gebruik minimaal %(shortest)d en ten hoogste %(longest)d tekens.")
        return words % {"shortest": SHORTEST, "longest": LONGEST}


class NotWhatEverybodyTries:
    """Refuses a password of which little is left without known words, repetition and the own address."""

    def __init__(self) -> None:
        self._common = CommonPasswordValidator()

    def validate(self, password: str, user: Any = None) -> None:
        """Says what is wrong with it, without repeating it."""
        if len(set(password.casefold())) < REST_AT_LEAST:
            raise ValidationError(_("Dit wachtwoord herhaalt te weinig tekens."), code="password_repeats")
        words = [*WORDS, *_words_of_this_installation(), *_words_of(user)]
        seen = (password.casefold(), plainly(password))
        bare = {re.sub(r"[\W\d_]+", "", one) for one in seen}
        if min(left(one, words) for one in seen) < REST_AT_LEAST or bare & set(self._common.passwords):
            raise ValidationError(
                _(
                    "Dit wachtwoord is makkelijk te raden: het bestaat uit woorden die iedereen eerst probeert. "
                    "Kies iets langers, bijvoorbeeld vier woorden die niets met uw werk te maken hebben."
                ),
                code="password_expected",
            )

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("Gebruik geen namen van organisaties of regio's, en niet uw e-mailadres. Een zin is goed.")


def plainly(text: str) -> str:
    """As a guesser sees it: small letters, and signs that stand for letters undone."""
    return text.casefold().translate(str.maketrans("@4301!5$", "aaeoiiss"))


def left(password: str, words: Iterable[str]) -> int:
    """How many letters and digits are left of a password when these words and years are taken out, longest first."""
    password = re.sub(r"(19|20)\d\d", " ", password)
    for word in sorted({word.casefold() for word in words if len(word) >= 3}, key=len, reverse=True):
        password = password.replace(word, " ")
    return len(re.sub(r"[\W_]+", "", password))


def _words_of_this_installation() -> list[str]:
    names = [one.name for one in organisations().values()] + [one.code for one in organisations().values()]
    names += [region.name for region in all_regions()] + [region.code for region in all_regions()]
    return [word for name in names for word in (re.sub(r"\W+", "", name), *re.split(r"\W+", name))]


def _words_of(user: Any) -> list[str]:
    email = str(getattr(user, "email", "") or "")
    return [email, *re.split(r"[\W_]+", email)]
