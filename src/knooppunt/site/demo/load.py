"""Loads the demo once: areas, both regions, the cast and what each of them is designated for.

Everything goes through the same actions as real data, so all of it is recorded and stands behind the walls.
A load that was broken off goes on where it was: each step leaves alone what is there.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid5

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor, Function, system_actor
from knooppunt.kernel.errors import BadInput
from knooppunt.kernel.work import Work, answer_to
from knooppunt.partners.actions.region import NewProfessional, load_professional
from knooppunt.partners.queries import municipalities_with_codes, organisation_by_code, organisations
from knooppunt.partners.rules import CONTENT_FUNCTIONS
from knooppunt.sharing.actions import designate_in
from knooppunt.sharing.rules import SubjectKind
from knooppunt.site.demo.agreements import Desk, load_agreements
from knooppunt.site.demo.cast import LOADED, Persona, cast, persona_of, read
from knooppunt.site.demo.history import load_history
from knooppunt.site.demo.living import World, load_living
from knooppunt.site.demo.network import load_network
from knooppunt.site.demo.soundings import load_soundings
from knooppunt.site.regions import Loaded, load_region

REGIONS = ("VR11", "VR04")
LOADER = system_actor("demo loader", designee=LOADED)
EMPLOYED_SINCE = timedelta(days=4 * 365)
SCREENED_SINCE = timedelta(days=300)
TRAINING_LASTS = timedelta(days=365)
SETTLED = timedelta(days=90)
"""How long before the first start everyone was in place: the living cases began after that."""


def load() -> bool:
    """Loads what is not loaded yet; False when all of it was there."""
    if answer_to(LOADED) is not None:
        return False
    region = load_cast()
    with Work(LOADER, "finish_demo", once=LOADED) as work:
        work.finish(region)
    return True


def load_cast() -> UUID:
    """Both regions and everyone in them; returns the id of the first region."""
    with clock.stopped_at(clock.now() - SETTLED):
        regions = {code: load_region(LOADER, read(f"regions/{code}.yaml")) for code in REGIONS}
        people = {persona.name: _load_persona(persona) for persona in cast()}
        for persona in cast():
            _designate(persona, people[persona.name], regions[persona.region])
    _begin_living()
    world = _world(regions[REGIONS[0]], people)
    _load_agreements(regions, world)
    load_network(world, read("network.yaml"))
    load_living(world)
    load_soundings(world)
    historian = replace(LOADER, organisation=world.organisations["gemeente-zaanstad"])
    load_history(historian, world.region, world.tables["zvh-casusoverleg"], read("history.yaml"))
    return regions[REGIONS[0]].region


def _load_agreements(regions: Mapping[str, Loaded], world: World) -> None:
    """Each region's own, kept by its own people: of the cast, or of the file."""
    said, domain = read("agreements.yaml"), read("cast.yaml")["domain"]
    actors = dict(world.actors)
    for entry in said["keepers"]:
        keeper = persona_of(entry, domain, entry["region"])
        with clock.stopped_at(clock.now() - SETTLED):
            known = _load_persona(keeper)
        actors[keeper.name] = Actor(known, world.organisations[keeper.organisation], Function(keeper.function))
    for code, own in said["regions"].items():
        loaded = regions[code]
        desk = Desk(loaded.region, loaded.tables, world.organisations, actors[own["writer"]], actors[own["second"]])
        load_agreements(desk, own["agreements"])


def _begin_living() -> None:
    """Reports and cases are made once; made halfway, they would be there twice."""
    with Work(LOADER, "begin_living", once=uuid5(LOADED, "living")) as work:
        if work.before:
            raise BadInput("demo", "loading was broken off halfway: start again with --reset")


def _world(loaded: Loaded, people: Mapping[str, UUID]) -> World:
    """What the living cases need to know of the region and its people."""
    codes = {one.code: one.id for one in organisations().values()}
    return World(
        region=loaded.region,
        tables=loaded.tables,
        organisations=codes,
        municipalities={name: key for key, _, name in municipalities_with_codes(loaded.region, clock.today())},
        actors={one.name: Actor(people[one.name], codes[one.organisation], Function(one.function)) for one in cast()},
    )


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
