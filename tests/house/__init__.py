"""The rules of the house, as tests that say what to write instead."""
