"""Tests of what is due, and of what its absence means."""
