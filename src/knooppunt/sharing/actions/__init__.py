"""What people do in this room, by topic. Rooms above and doors import from here."""

from knooppunt.sharing.actions.agreements import (
    Judged,
    Read,
    Signature,
    change_agreement,
    draft_agreement,
    end_agreement,
    judge_agreement,
    put_in_force,
    review_agreement,
    sign_agreement,
)
from knooppunt.sharing.actions.decisions import SuppliedItem, keep_decision_in
from knooppunt.sharing.actions.grants import (
    ADMINISTERED,
    NewGrant,
    designate,
    designate_in,
    end_designation,
    end_grants_in,
    grant_in,
    granted_under,
    set_regime_in,
    sweep_drafts,
)

__all__ = [
    "ADMINISTERED",
    "Judged",
    "NewGrant",
    "Read",
    "Signature",
    "SuppliedItem",
    "change_agreement",
    "designate",
    "designate_in",
    "draft_agreement",
    "end_agreement",
    "end_designation",
    "end_grants_in",
    "grant_in",
    "granted_under",
    "judge_agreement",
    "keep_decision_in",
    "put_in_force",
    "review_agreement",
    "set_regime_in",
    "sign_agreement",
    "sweep_drafts",
]
