"""Measurements against peers and limits, in one run: `make bench`. No figure here is a test."""
