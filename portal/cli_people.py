"""The commands about places and people: `portal places`, `portal user`."""

import json
from pathlib import Path

import click

from portal import clock
from portal.config import load_settings
from portal.errors import NotFound
from portal.terminal import FILE, _, application, show_link
from portal.text import N_


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="A list of {code, level, name, parent}.")
@click.pass_context
def places(ctx: click.Context, as_json: bool) -> None:
    """List the places, or load them."""
    if ctx.invoked_subcommand is not None:
        return
    from portal.places import queries

    with application():
        found = queries.all_places()
    codes = {place.id: place.code for place in found}
    rows = [
        {"code": place.code, "level": str(place.level), "name": place.name, "parent": codes.get(place.parent_id or 0)}
        for place in found
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(f"{row['code']}  {row['level']:9} {row['name']}")


@places.command("load")
@click.argument("file", type=FILE)
def places_load(file: Path) -> None:
    """Load places, people and offices from one csv; all or nothing.

    Columns: level, code, name, parent, population, formerly, successor, role, person, phone, login, begins, ends. What
    each holds, and an example: docs/operations.md, "The list of places and people".
    """
    from portal.accounts import services
    from portal.accounts.rules import OPERATOR

    settings = load_settings()
    with application(settings):
        at = clock.now()
        done = services.load_places(file.read_bytes(), OPERATOR, at)
        token = services.new_password_link(done.administrator, OPERATOR, at) if done.administrator else None
    loaded = done.places
    click.echo(
        _(
            "Places: %(places)s, people: %(people)s, terms: %(terms)s. Terms waiting for a second person: %(pending)s.",
            places=loaded.places,
            people=loaded.people,
            terms=loaded.terms,
            pending=loaded.pending,
        )
    )
    if loaded.first_administrator:
        click.echo(_("The first administrator is in office and confirms the others at /desk/places."))
    if token:
        show_link(settings, token)
    if done.logins:
        click.echo(_("New logins: %(logins)s.", logins=", ".join(done.logins)))
        click.echo(_("`portal user reset LOGIN` prints a one-time link for a person; it is good for 24 hours."))


@click.group()
def user() -> None:
    """Accounts of people who sign in."""


@user.command("add")
@click.argument("login")
@click.option("--place", "place_code", required=True, help="Code of a place where the person holds an office.")
@click.option("--name", required=True, help="The person's name.")
def user_add(login: str, place_code: str, name: str) -> None:
    """Give a person an account; prints the one-time link for the password."""
    from portal.accounts import services
    from portal.accounts.rules import OPERATOR

    settings = load_settings()
    with application(settings):
        at = clock.now()
        person_id = _person(place_code, name)
        account_id = services.add_user(login, person_id, OPERATOR, at)
        token = services.new_password_link(account_id, OPERATOR, at)
    show_link(settings, token)


@user.command("reset")
@click.argument("login")
@click.option("--second-factor", is_flag=True, help="The person lost the telephone: the second factor is set up anew.")
def user_reset(login: str, second_factor: bool) -> None:
    """Print a one-time link for a new password."""
    from portal.accounts import queries, services
    from portal.accounts.rules import OPERATOR

    settings = load_settings()
    with application(settings):
        account = queries.account_of_login(login)
        if account is None:
            raise NotFound(N_("There is no account %(login)s."), login=login)
        token = services.new_password_link(account.id, OPERATOR, clock.now(), with_second_factor=second_factor)
    show_link(settings, token)


def _person(place_code: str, name: str) -> int:
    """The person of that name who holds an office at the place today."""
    from portal.places import queries

    place = queries.place(place_code)
    found = {holder.person_id for holder in queries.holders(place.id, clock.today()) if holder.name == name}
    if len(found) != 1:
        raise NotFound(
            N_("%(n)s people named %(name)s hold an office at %(place)s; there must be one."),
            n=len(found),
            name=name,
            place=place.name,
        )
    return found.pop()
