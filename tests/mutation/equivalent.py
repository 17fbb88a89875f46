"""Mutants that change nothing anybody could notice, each with the reason. The nightly run says which fit no more."""

from collections.abc import Mapping

EQUIVALENT: Mapping[str, str] = {}
