"""What every application of a test run makes anew and always the same is made once: code of templates, of addresses and
of statements; passwords are hashed cheaply. The product makes each of it once in a process, so nothing is left out."""

from types import CodeType
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache
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
    """From now on all applications of this process share what was compiled for one of them."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}
    _addresses()
    _statements()


def _addresses() -> None:
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


def _statements() -> None:
    """SQL belongs to the sort of database: every file, and every database of the one server, understands the same."""
    kept: LRUCache[Any, Any] = LRUCache(4000)
    Engine._compiled_cache = property(lambda engine: kept, lambda engine, own: None)  # type: ignore[assignment]
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign]
        dialect.__hash__ = lambda one: hash(type(one))  # type: ignore[method-assign]


def hashed_cheaply() -> None:
    """From now on, a password costs a thousandth of a second: same library, same steps, fewest rounds and memory."""
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
