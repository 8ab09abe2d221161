"""Runs migrations on SQLite and PostgreSQL: all of an upgrade or nothing, guards and search index made anew after it.

Make a revision: ``.venv/bin/flask --app wsgi db migrate -m "…"``; see README.md beside this file.
"""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, inspect

from portal.database import Base, db, install_guards
from portal.gazette import search


def _include(_object: Any, name: str | None, type_: str, _reflected: bool, _compare_to: Any) -> bool:
    """The search index is no table of the models: it is made by `portal.gazette.search`, and autogenerate skips it."""
    return not (type_ == "table" and search.is_search_table(name))


def _leave_out_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """No file when head equals the models."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def _finish(connection: Connection) -> None:
    """What Alembic does not know: the search index and the triggers of append-only tables."""
    if "item" in inspect(connection).get_table_names():
        search.create(connection)
    else:
        search.drop(connection)
    install_guards(connection)


def run(connection: Connection) -> None:
    """Run the migrations in one transaction; `portal_write` makes it a writer's from its beginning."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=_include,
        transactional_ddl=True,  # `prepare_engine` sends a real BEGIN on SQLite too
        # among them render_as_batch=False: batch mode makes a new table and silently drops the old one's triggers
        **{**current_app.extensions["migrate"].configure_args, "process_revision_directives": _leave_out_empty},
    )
    with context.begin_transaction():
        context.run_migrations()
        if not getattr(context.config.cmd_opts, "autogenerate", False):
            _finish(connection)


if context.is_offline_mode():
    raise RuntimeError("migrations are run on a database, not written as SQL")
with db.engine.connect().execution_options(portal_write=True) as database:
    run(database)
