"""Benchmarks: what things cost, measured on the demo. They report; they never fail on a clock."""
