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
    set_regime_in,
    sweep_drafts,
)
from knooppunt.sharing.actions.regimetexts import (
    Written,
    approve_regime_text,
    change_regime_text,
    draft_regime_text,
    drop_regime_text,
)

__all__ = [
    "ADMINISTERED",
    "Judged",
    "NewGrant",
    "Read",
    "Signature",
    "SuppliedItem",
    "Written",
    "approve_regime_text",
    "change_agreement",
    "change_regime_text",
    "designate",
    "designate_in",
    "draft_agreement",
    "draft_regime_text",
    "drop_regime_text",
    "end_agreement",
    "end_designation",
    "end_grants_in",
    "grant_in",
    "judge_agreement",
    "keep_decision_in",
    "put_in_force",
    "review_agreement",
    "set_regime_in",
    "sign_agreement",
    "sweep_drafts",
]
