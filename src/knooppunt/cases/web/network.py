"""The network of a case as a picture: who is in the middle, who stands around, which organisations help."""

from collections.abc import Mapping

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from knooppunt.cases.queries import CaseHead
from knooppunt.kernel.picture.network import CARE, HOME, SAFETY, Dot, draw

TONES: Mapping[str, str] = {
    "police": SAFETY,
    "judicial": SAFETY,
    "supervision_measures": SAFETY,
    "housing": HOME,
    "financial": HOME,
    "income": HOME,
    "provisions": HOME,
}


def picture_of(head: CaseHead) -> SafeString:
    """The picture, with only what the head shows this reader."""
    registered = [one.name for one in head.persons if one.registered] or [head.title]
    circle = [Dot(one.relation or one.name) for one in head.persons if not one.registered]
    leads = head.case_director.organisation if head.case_director else None
    helpers = [
        Dot(
            _("%(name)s (regie)") % {"name": one.name} if one.organisation == leads else one.name,
            TONES.get(one.category, CARE),
        )
        for one in head.partners
    ]
    said = _("In het midden %(middle)s; in de directe kring %(circle)s; aan de rand %(rim)s.") % {
        "middle": ", ".join(registered),
        "circle": ", ".join(dot.label for dot in circle) or _("niemand die u mag zien"),
        "rim": ", ".join(dot.label for dot in helpers) or _("geen organisaties"),
    }
    return draw(_("Netwerk rond %(title)s") % {"title": head.title}, said, registered, (circle, helpers))
