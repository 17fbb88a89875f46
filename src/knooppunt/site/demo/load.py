"""Loads the demo once: areas, both regions, the cast and what each of them is designated for.

Everything goes through the same actions as real data, so all of it is recorded and stands behind the walls.
A load that was broken off goes on where it was: each step leaves alone what is there.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid5

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Function, system_actor
from knooppunt.kernel.work import Work
from knooppunt.partners.actions.region import NewProfessional, load_professional
from knooppunt.partners.queries import organisation_by_code
from knooppunt.partners.rules import CONTENT_FUNCTIONS
from knooppunt.sharing.actions import designate_in
from knooppunt.sharing.rules import SubjectKind
from knooppunt.site.demo.cast import LOADED, Persona, cast, read
from knooppunt.site.regions import Loaded, load_region

REGIONS = ("VR11", "VR04")
LOADER = system_actor("demo loader", designee=LOADED)
EMPLOYED_SINCE = timedelta(days=4 * 365)
SCREENED_SINCE = timedelta(days=300)
TRAINING_LASTS = timedelta(days=365)


def load() -> bool:
    """Loads what is not loaded yet; False when all of it was there."""
    with Work(LOADER, "begin_demo", once=LOADED) as work:
        if work.before:
            return False
    regions = {code: load_region(LOADER, read(f"regions/{code}.yaml")) for code in REGIONS}
    for persona in cast():
        _designate(persona, _load_persona(persona), regions[persona.region])
    with Work(LOADER, "finish_demo", once=LOADED) as work:
        work.finish(regions[REGIONS[0]].region)
    return True


def _load_persona(persona: Persona) -> UUID:
    today = clock.today()
    sees_content = persona.function in CONTENT_FUNCTIONS
    return load_professional(
        LOADER,
        NewProfessional(
            name=persona.display_name,
            email=persona.email,
            organisation=persona.organisation,
            functions=(persona.function,),
            job_title=persona.job_title,
            active_from=today - EMPLOYED_SINCE,
            screened_on=today - SCREENED_SINCE if sees_content else None,
            trained_until=today + TRAINING_LASTS if sees_content else None,
        ),
    )


def _designate(persona: Persona, professional: UUID, loaded: Loaded) -> None:
    """Each organisation designates its own people, once."""
    organisation = organisation_by_code(persona.organisation).id
    actor = replace(LOADER, organisation=organisation)
    subjects = [(SubjectKind.ROUTE, loaded.routes[code]) for code in persona.routes]
    subjects += [(SubjectKind.TABLE, loaded.tables[code]) for code in persona.tables]
    if persona.function == Function.OVERSIGHT:
        subjects.append((SubjectKind.REGION, loaded.region))
    with Work(actor, "designate_cast", once=uuid5(LOADED, persona.name)) as work:
        if work.before:
            return
        for subject in subjects:
            designate_in(work, professional, organisation, subject, function=Function(persona.function))
        work.finish(professional)
