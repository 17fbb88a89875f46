"""`python -m tests.mutation [--only TEXT] [--jobs 2] [--list]`: every mutant that widens access must be noticed."""

import argparse
import sys
from collections import Counter

from tests.database import Run
from tests.mutation.equivalent import fit_no_more
from tests.mutation.running import Fate, all_mutants, run_all


def main() -> int:
    """Exit 1 when a mutant survives, cannot be read, or stands wrongly among the equivalent ones."""
    options = _options()
    # Not above: who runs a mutant reads this module too, and must not yet have read anything of the product.
    import tests.conftest as house

    run = Run(house.CLUSTER)
    run.make()
    try:
        mutants = all_mutants(run.url("owner"))
    finally:
        run.drop()
    stale = [] if options.only else sorted(fit_no_more(mutant.name for mutant in mutants))
    chosen = [mutant for mutant in mutants if options.only in f"{mutant.room}: {mutant.name}"]
    if options.list:
        print("\n".join(f"{mutant.room}: {mutant.name}" for mutant in chosen))
        return 0
    fates: Counter[Fate] = Counter()
    for result in run_all(chosen, options.jobs):
        fates[result.fate] += 1
        print(f"{result.fate:10}  {result.mutant.name}  [{result.noticed}]", flush=True)
    print(f"{len(chosen)} mutants: " + ", ".join(f"{number} {fate}" for fate, number in fates.items()))
    for name in stale:
        print(f"stands among the equivalent ones, but is no mutant any more: {name}")
    return 1 if fates[Fate.SURVIVED] or fates[Fate.INVALID] or stale else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("--only", default="", help="a part of the room or the name")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
