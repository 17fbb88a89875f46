"""What may be wrong with a backup that is no wrong use of the command."""

from knooppunt.kernel.errors import Refused


class Unsound(Refused):
    """What was found is not what was made: damaged, cut off, of another backup, or different after a restore."""

    def __init__(self, *found: str) -> None:
        super().__init__(found)
