"""Run as a program on a new, migrated database: the cast, a case to work in, a token, and everyone logged in.

Prints as JSON what the clients of the kill tests need to know. The address of the receiver is the argument.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any


def main(receiver: str) -> dict[str, Any]:
    """Builds it all through the same actions as real work."""
    from knooppunt.kernel.actor import system_actor
    from knooppunt.sharing.rules import SubjectKind
    from knooppunt.signals.actions import make_token
    from tests.cases.case_world import with_partners
    from tests.world import build

    world = build()
    world.add("vera", "veilig-thuis")
    world.designate("vera", SubjectKind.ROUTE, world.routes["VR11", "vt"])
    token = make_token(
        system_actor("tests"),
        organisation=world.organisations["politie"],
        name="meldkamer",
        regions=["VR11"],
        outcome_url=receiver,
    )
    people = ("bram", "vera", "hamid")
    return {
        "token": token,
        "case": str(with_partners(world)),
        "region": str(world.regions["VR11"]),
        "municipality": str(world.municipalities["GM0479"]),
        "wijkteam": str(world.organisations["wijkteam-zaanstad"]),
        "sessions": {name: world.client(name).cookies["knooppunt_session"].value for name in people},
    }


if __name__ == "__main__":
    Path(os.environ["KNOOPPUNT_DATA"], "static").mkdir(exist_ok=True)
    import django

    django.setup()
    print(json.dumps(main(sys.argv[1])))
