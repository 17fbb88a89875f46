"""The codes of this room: data categories, what grants are about, and the ways through medical secrecy."""

from enum import StrEnum

CORE = "core"
"""What every participant sees: own actions, the directors, the phase, the next review."""


class Category(StrEnum):
    """Data categories of Wgs 2.30 lid 1."""

    IDENTITY_CONTACT = "identity_contact"
    BSN = "bsn"
    HOUSING = "housing"
    FINANCIAL = "financial"
    INCOME = "income"
    HEALTH = "health"
    POLICE = "police"
    JUDICIAL = "judicial"
    RELATIONS = "relations"
    SUPERVISION_MEASURES = "supervision_measures"
    PROVISIONS = "provisions"
    GUIDANCE_CARE_HELP = "guidance_care_help"
    PROFESSIONAL_CONTACT = "professional_contact"


class SubjectKind(StrEnum):
    """What grants and designations are about; ids are opaque here."""

    ROUTE = "route"
    REPORT = "report"
    TABLE = "table"
    INTAKE = "intake"
    CASE = "case"
    SOUNDING = "sounding"
    REGION = "region"


STANDING = (SubjectKind.ROUTE, SubjectKind.TABLE, SubjectKind.REGION)
"""What reports, intakes, soundings and cases hang under: a designation for one of these counts for what hangs there."""


class SecrecyWay(StrEnum):
    """The ways in which a bearer of medical secrecy may supply (Wgs 2.29 lid 2)."""

    EXPLICIT_CONSENT = "explicit_consent"
    LEGAL_DUTY = "legal_duty"
    LEGAL_PERMISSION = "legal_permission"
    GOOD_CAREGIVING = "good_caregiving"
