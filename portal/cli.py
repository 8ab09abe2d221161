"""The commands: `portal …`. An error is one sentence on stderr and exit code 1; wrong use is 2.

Commands import what they need when they run: `portal --help` and `portal serve` must not pay for workbooks, PDF and
database models (a second and 100 MB).
"""

import errno
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from portal import clock
from portal.cli_people import places, user
from portal.cli_record import withhold
from portal.config import load_settings
from portal.errors import Invalid, PortalError, machines_reason, refused_by_machine
from portal.terminal import (
    FILE,
    _,
    application,
    complain,
    delete_database,
    language,
    make_tables,
    must_be_guarded,
    progress,
    render,
    show_link,
)
from portal.text import N_, Message

KINDS = ("finance", "subsidy", "project", "contract", "decision", "statement")
LANGUAGES = ("zh", "en", "both")
NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


class Commands(click.Group):
    """Turns the portal's errors into one sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PortalError as error:
            complain(error)
        except ValueError as error:  # a missing or damaged key, a setting that is no number
            click.echo(str(error), err=True)
        except BrokenPipeError:  # whoever read along has gone: click knows what to do
            raise
        except Exception as error:
            if not isinstance(error, OSError) and not refused_by_machine(error):
                raise
            text = N_("%(reason)s. Nothing is half done: mend that and run it again.")
            complain(PortalError(text, reason=machines_reason(error)))
        raise click.exceptions.Exit(1)


@click.group(cls=Commands)
@click.version_option(package_name="village-portal")
def main() -> None:
    """The village affairs transparency portal."""


for command in (places, user, withhold):
    main.add_command(command)


# ---------------------------------------------------------------- beginning


@main.command()
@click.option("--county", prompt="County code (6 digits)", help="Code of the county, 6 or 12 digits.")
@click.option("--name", prompt="Name of the county", help="Name of the county.")
@click.option("--origin", prompt="Origin of the log, e.g. gazette.county.example", help="Name of the log, for ever.")
@click.option("--administrator", help="Name of the first administrator; else `places load` brings one.")
@click.option("--login", help="The first administrator's login.  [default: admin]")
@click.option("--yes", is_flag=True, help="Ask nothing about the first administrator.")
def init(county: str, name: str, origin: str, administrator: str | None, login: str | None, yes: bool) -> None:
    """Begin a real county: database, keys, log, first administrator."""
    from portal.accounts import setup
    from portal.gazette import services as gazette

    settings = load_settings()
    if settings.demo:
        settings = replace(settings, database_url=f"sqlite:///{settings.instance / 'portal.db'}", demo=False)
    first = _first_administrator(administrator, login, is_asked=not yes)
    with application(settings, make_keys=True):
        make_tables()
        at = clock.now()
        token = setup.init_county(settings, county, name, origin, at, first)
        gazette.open_log(origin, at)
    click.echo(_("The county %(name)s has begun. Next: `portal places load FILE`, then `portal check`.", name=name))
    if token:
        show_link(settings, token)


def _first_administrator(name: str | None, login: str | None, is_asked: bool) -> tuple[str, str] | None:
    """Name and login of the first administrator, by the options or by asking; None if `places load` is to bring one."""
    if is_asked:
        name = name or click.prompt(_("Name of the first administrator"))
        login = login or click.prompt(_("Login"), default="admin")
    if login and not name:
        raise click.UsageError("--login needs --administrator")
    return (name, login or "admin") if name else None


@main.command()
def check() -> None:
    """List what is still open before going live; exit code 1 while something is."""
    from portal.accounts import setup

    settings = load_settings()
    with application(settings):
        checks = setup.check(settings, clock.now())
    for each in checks:
        state = _("done") if each.is_ok else _("OPEN")
        click.echo(f"{state}  {render(each.message)}")
    if not all(each.is_ok for each in checks):
        raise click.exceptions.Exit(1)


@main.command()
@click.option("--villages", default=24, show_default=True, type=click.IntRange(1, 999))
@click.option("--months", default=24, show_default=True, type=click.IntRange(2, 120))
@click.option("--until", help="The newest month, like 2026-03; else the month before this one.")
@click.option("--seed", default=1, show_default=True)
@click.option("--label", is_flag=True, help="Write which anomalies were planted to demo-labels.json in the instance.")
def demo(villages: int, months: int, until: str | None, seed: int, label: bool) -> None:
    """Build a fictional county in demo.db of the instance folder."""
    from portal.demo import building

    until = until or clock.shift_period(clock.period_of(clock.today()), -1)
    _must_be_month(until, "--until")
    settings = load_settings()
    finished, growing = settings.instance / "demo.db", settings.instance / "demo.db.building"
    if finished.exists():
        raise Invalid(N_("There is a demo already: delete %(file)s to build another."), file=str(finished))
    delete_database(growing)
    try:
        with application(replace(settings, database_url=f"sqlite:///{growing}", demo=True), make_keys=True):
            make_tables()
            with progress(_("Building the demo county")) as step:
                labels = building.build(villages, months, until, seed, settings, step)
        if Path(f"{growing}-wal").exists():  # closing could not write everything back into the file
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(growing))
        growing.replace(finished)  # only a whole demo bears the name
    finally:
        delete_database(growing)
    if label:
        building.write_labels(labels, settings.instance / "demo-labels.json")


# ---------------------------------------------------------------- serving


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes that answer requests.")
@click.option("--no-worker", is_flag=True, help="Do not run the worker beside (it runs elsewhere).")
def serve(host: str, port: int, workers: int, no_worker: bool) -> None:
    """Serve the portal, worker included."""
    from portal import serving

    settings = load_settings()
    with application(settings):
        must_be_guarded()
    serving.serve(settings, host, port, workers, with_worker=not no_worker)


@main.command()
def worker() -> None:
    """Do the work that waits after the acts: jobs and catching up."""
    from portal.jobs import worker as jobs

    with application():
        jobs.run()


# ---------------------------------------------------------------- what comes in


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--village", required=True, help="Code of the village.")
@click.option("--kind", required=True, type=click.Choice(KINDS))
@click.option("--period", help="Like 2026-03, 2026-Q1 or 2026; else the month is read from the file's title.")
@click.option("--book", help="The book of files that do not say theirs.", default="cash", show_default=True)
@click.option("--programme", help="The programme of a subsidy, where the title does not name it.", default="")
@click.option("--about", help="Which of several postings of a period it is.", default="")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_(
    files: tuple[Path, ...],
    village: str,
    kind: str,
    period: str | None,
    book: str,
    programme: str,
    about: str,
    as_json: bool,
) -> None:
    """Read workbooks into a draft; every error with its cell."""
    from portal.disclosure import importing
    from portal.places import queries

    _must_be_period(period, kind)
    settings = load_settings()
    choices = {"book": book} | ({"programme": programme} if programme else {})
    with application(settings):
        at = clock.now()
        place = queries.place(village)
        actor = importing.acting_for_bookkeeper(place, at)
        uploads = [(file.name, file.read_bytes()) for file in files]
        imported = importing.import_files(place, kind, period, uploads, choices, actor, at, about or programme)
    shown = importing.as_json(imported, language())
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
    else:
        _tell_import(shown, settings.public_url)
    if imported.draft is None:
        raise click.exceptions.Exit(1)


def _tell_import(shown: dict[str, Any], public_url: str) -> None:
    for level, findings in ((_("error"), shown["errors"]), (_("warning"), shown["warnings"])):
        for finding in findings:
            where = " ".join(str(finding[part]) for part in ("file", "sheet", "cell") if finding.get(part))
            click.echo(
                f"{level}  {where}: {finding['message']}" if where else f"{level}  {finding['message']}", err=True
            )
    if shown["draft"] is not None:
        click.echo(_("Draft %(id)s, lines: %(rows)s. Go on at:", id=shown["draft"], rows=shown["rows"]))
        click.echo(f"{public_url}/desk/drafts/{shown['draft']}")


@main.command()
@click.argument("file", type=FILE)
@click.option("--kind", required=True, type=click.Choice(KINDS))
@click.option("--create-places", is_flag=True, help="Make villages that are missing, by their codes.")
def backfill(file: Path, kind: str, create_places: bool) -> None:
    """Take over a whole history from one csv, in order."""
    from portal.accounts.rules import OPERATOR
    from portal.disclosure import backfill as taking_over

    with application(), progress(_("Taking over")) as step:
        done = taking_over.backfill(file, kind, OPERATOR, clock.now(), create_places=create_places, progress=step)
    click.echo(_("Items published: %(items)s.", items=done))


# ---------------------------------------------------------------- what goes out


@main.command()
@click.argument("number", type=click.IntRange(1, 10**18))
@click.option("-o", "--output", required=True, type=NEW_FILE)
@click.option("--size", default="A4", show_default=True, type=click.Choice(("A4", "A3")))
@click.option("--language", default="zh", show_default=True, type=click.Choice(LANGUAGES))
def notice(number: int, output: Path, size: str, language: str) -> None:
    """Draw the notice of an item for the board."""
    from portal.notices import draw
    from portal.public import paper

    settings = load_settings()
    with application(settings):
        pages = draw(paper.notice_of(number, settings), output, fonts=settings.fonts, size=size, language=language)
    _tell_pages(output, pages)


@main.command()
@click.option("--period", required=True, help="The month, like 2026-03.")
@click.option("--place", "place_code", required=True, help="Code of a village, township or county.")
@click.option("-o", "--output", required=True, type=NEW_FILE)
@click.option("--size", default="A4", show_default=True, type=click.Choice(("A4", "A3")))
@click.option("--language", default="zh", show_default=True, type=click.Choice(LANGUAGES))
def notices(period: str, place_code: str, output: Path, size: str, language: str) -> None:
    """Draw all notices of a place for a period as one PDF."""
    from portal.notices import draw_many
    from portal.public import paper

    _must_be_month(period, "--period")
    settings = load_settings()
    with application(settings), progress(_("Drawing")) as step:
        found = paper.notices_of(place_code, period, settings)
        pages = draw_many(
            found,
            output,
            fonts=settings.fonts,
            size=size,
            language=language,
            progress=lambda done: step(done / len(found)),
        )
    _tell_pages(output, pages)


def _tell_pages(file: Path, pages: int) -> None:
    click.echo(_("Written: %(file)s, pages: %(pages)s.", file=file, pages=pages))


def _must_be_period(period: str | None, kind: str) -> None:
    """Wrong use, unless the option is left out or a period that the kind has."""
    from portal.kinds import KINDS

    grains = KINDS[kind].grains
    if period is not None and not clock.is_period(period, grains):
        raise click.BadParameter(f"{kind} is posted by {', '.join(grains)}", param_hint="--period")


def _must_be_month(period: str | None, option: str) -> None:
    """Wrong use, unless the option is left out or a month."""
    if period is not None and not clock.is_period(period):
        raise click.BadParameter("a month is written like 2026-03", param_hint=option)


# ---------------------------------------------------------------- the record


@main.command()
def verify() -> None:
    """Recompute the whole gazette; exit code 1 names the first item that fails."""
    from portal.gazette.verify import verify as verified

    with application(), progress(_("Verifying")) as step:
        report = verified(step)
    if not report.ok:
        click.echo(render(report.message or Message(N_("The record does not hold."))), err=True)
        raise click.exceptions.Exit(1)
    click.echo(_("Items verified: %(items)s. All are what was published.", items=report.items))


@main.command()
def rebuild() -> None:
    """Make lines, figures and the search index anew from the payloads."""
    from portal.gazette import services

    with application(), progress(_("Rebuilding")) as step:
        count = services.rebuild(step)
    click.echo(_("Items rebuilt: %(items)s.", items=count))


if __name__ == "__main__":
    main()
