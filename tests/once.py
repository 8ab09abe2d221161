"""What every application of a test run makes anew and always the same is made once: compiled templates and addresses;
passwords are hashed cheaply. The product does each of it once in a process, so nothing that it does is left out."""

from types import CodeType
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from portal.accounts import passwords

THE_PRODUCTS_HASHER = passwords.hasher
"""For the tests that show what a password costs outside."""


class Compiled(BytecodeCache):
    """Templates compiled so far, known by name and text: each test makes an application, but no other templates."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key, bucket.checksum] = bucket.code


def compiled_once() -> None:
    """From now on, templates and what builds an address are compiled once for all applications of this process."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}
    builders: dict[tuple[Any, ...], Any] = {}
    compile_builder = Rule._compile_builder

    def compiled(rule: Rule, append_unknown: bool = True) -> Any:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        known = (rule.rule, *rule._trace, append_unknown)  # all that the code is made of
        if known not in builders:
            builders[known] = compile_builder(rule, append_unknown)
        return builders[known]

    Rule._compile_builder = compiled  # type: ignore[method-assign]


def hashed_cheaply() -> None:
    """From now on, a password costs a thousandth of a second: same library, same steps, fewest rounds and memory."""
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
