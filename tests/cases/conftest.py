"""What the tests of cases stand on."""

from tests.world import world as world
