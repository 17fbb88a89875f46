"""What people do in this room, by topic. Rooms above and doors import from here."""

from knooppunt.sharing.actions.agreement_files import (
    TO_JUDGE,
    add_agreement_file,
    judge_agreement_file,
    remove_agreement_file,
)
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

__all__ = [
    "ADMINISTERED",
    "TO_JUDGE",
    "Judged",
    "NewGrant",
    "Read",
    "Signature",
    "SuppliedItem",
    "add_agreement_file",
    "change_agreement",
    "designate",
    "designate_in",
    "draft_agreement",
    "end_agreement",
    "end_designation",
    "end_grants_in",
    "grant_in",
    "judge_agreement",
    "judge_agreement_file",
    "keep_decision_in",
    "put_in_force",
    "remove_agreement_file",
    "review_agreement",
    "set_regime_in",
    "sign_agreement",
    "sweep_drafts",
]
