"""What commands share: the application opened for one command, a progress bar, sentences in the terminal's language."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal import keys
from portal.config import Settings, load_settings
from portal.errors import Conflict, NotFound, PortalError
from portal.text import N_, Message, translator

if TYPE_CHECKING:
    from flask import Flask

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@contextmanager
def application(settings: Settings | None = None, make_keys: bool = False) -> Iterator["Flask"]:
    """The application and its context; `make_keys` only where an installation begins."""
    from portal.app import create_app
    from portal.database import db

    settings = settings or load_settings()
    if make_keys:
        keys.make_missing(settings.keys)
    else:
        must_exist(settings)
    app = create_app(settings)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def must_exist(settings: Settings) -> None:
    """NotFound with what to do, if there is no database file yet."""
    prefix = "sqlite:///"
    file = Path(settings.database_url.removeprefix(prefix))
    if settings.database_url.startswith(prefix) and not file.exists():
        raise NotFound(N_("There is no database %(file)s: `portal init` or `portal demo` makes one."), file=str(file))


def make_tables() -> None:
    """Every table and guard, by the migrations."""
    import flask_migrate

    flask_migrate.upgrade()


def must_be_guarded() -> None:
    """Conflict if a trigger that keeps the record append-only is missing: then nothing is served."""
    from portal.database import missing_guards, transaction

    with transaction(write=False) as session:
        missing = missing_guards(session.connection())
    if missing:
        raise Conflict(
            N_("The record is not guarded: %(guard)s is missing. See docs/operations.md."),
            guard=missing[0],
        )


def delete_database(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)


@contextmanager
def progress(label: str) -> Iterator[Callable[[float], None]]:
    """A progress bar on stderr; call what is given with a share between 0 and 1."""
    steps = 1000
    with click.progressbar(length=steps, label=label, file=sys.stderr) as bar:
        yield lambda share: bar.update(int(share * steps) - bar.pos)


def language() -> str:
    """The terminal's language."""
    wished = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if wished.startswith("zh") else "en"


def _(text: str, **params: object) -> str:
    return render(Message(text, params))


def render(message: Message) -> str:
    return message.render(translator(language()))


def complain(error: PortalError) -> None:
    """One sentence on stderr, and below it every cell of a file that the error knows of."""
    click.echo(render(error.message), err=True)
    for problem in getattr(error, "problems", ()):
        click.echo(f"  {problem.row}, {problem.column}: {render(problem.message)}", err=True)
    for finding in getattr(error, "findings", ()):
        click.echo(f"  {finding.cell or ''} {finding.value or ''}: {render(finding.message)}", err=True)


def show_link(settings: Settings, token: str) -> None:
    click.echo(_("The one-time link, to be given to the person alone:"))
    click.echo(f"{settings.public_url}/sign-in/new-password/{token}")
