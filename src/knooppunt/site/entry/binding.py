"""Who in Knooppunt belongs to whom at a log-in service: looked up, bound and unbound. Never makes an account."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from knooppunt.partners.queries import EntryView, entry_by_address, entry_of
from knooppunt.site.entry.judging import (
    Knock,
    Known,
    Reason,
    contradiction,
    objection_to_binding_by_address,
    objection_to_entering,
)
from knooppunt.site.entry.providers import Provider
from knooppunt.site.entry.sso import NotLetIn, uid_of


def account_of(provider: Provider, knock: Knock) -> tuple[UUID, bool]:
    """The account that may be entered, and whether it must still be bound; raises `NotLetIn`."""
    _refuse(contradiction(provider, knock))
    bound = SocialAccount.objects.filter(provider=provider.code, uid=uid_of(provider, knock)).first()
    entry = entry_of(bound.user_id) if bound else entry_by_address(knock.email) if knock.email else None
    if entry is None:
        raise NotLetIn(Reason.UNKNOWN)
    known = _known(entry)
    _refuse(objection_to_entering(provider, known))
    if bound is None:
        _refuse(objection_to_binding_by_address(provider, knock, known))
    return entry.account, bound is None


def bind(provider: Provider, knock: Knock, account: UUID) -> None:
    """Binds whoever knocks to this account, once; raises `NotLetIn` when either is bound already."""
    _refuse(contradiction(provider, knock))
    entry = entry_of(account)
    if entry is None:
        raise NotLetIn(Reason.UNKNOWN)
    _refuse(objection_to_entering(provider, _known(entry)))
    if SocialAccount.objects.filter(provider=provider.code, user_id=account).exists():
        raise NotLetIn(Reason.BOUND_TO_ANOTHER)
    try:
        with transaction.atomic():
            # Only who it is: nothing of what the service says about this person is kept.
            SocialAccount.objects.create(provider=provider.code, uid=uid_of(provider, knock), user_id=account)
    except IntegrityError as taken:
        raise NotLetIn(Reason.BOUND_TO_ANOTHER) from taken


def bound_to(account: UUID) -> set[str]:
    """The codes of the log-in services to which this account is bound."""
    return set(SocialAccount.objects.filter(user_id=account).values_list("provider", flat=True))


def unbind(provider: str, account: UUID) -> bool:
    """Takes the binding away; false when there was none."""
    return bool(SocialAccount.objects.filter(provider=provider, user_id=account).delete()[0])


def _known(entry: EntryView) -> Known:
    touched = entry.has_password or Authenticator.objects.filter(user_id=entry.account).exists()
    touched = touched or SocialAccount.objects.filter(user_id=entry.account).exists()
    return Known(entry.organisation_code, entry.works, untouched=not touched)


def _refuse(reason: Reason | None) -> None:
    if reason is not None:
        raise NotLetIn(reason)
