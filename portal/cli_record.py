"""The command about what stands in the record: `portal withhold`."""

from datetime import datetime

import click

from portal import clock
from portal.config import load_settings
from portal.terminal import _, application

REASONS = ("court", "privacy", "danger", "secret", "authority")
NUMBER = click.IntRange(1, 10**18)


@click.command()
@click.argument("number", type=NUMBER)
@click.option("--authority", required=True, help="Who gave the order.")
@click.option("--reference", required=True, help="The order's number, as it stands on the document.")
@click.option("--date", "ordered", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day of the order.")
@click.option("--reason", required=True, type=click.Choice(REASONS))
@click.option("--line", "lines", multiple=True, type=click.IntRange(1), help="A line that it is about; repeatable.")
@click.option("--also", multiple=True, type=NUMBER, help="Another item that goes with it; repeatable.")
def withhold(
    number: int,
    authority: str,
    reference: str,
    ordered: datetime,
    reason: str,
    lines: tuple[int, ...],
    also: tuple[int, ...],
) -> None:
    """Ask that an item be withheld by order.

    Nothing is erased by this: a second person, a county officer, confirms it at /desk/withholding.
    """
    from portal.accounts.rules import OPERATOR
    from portal.gazette import withholding
    from portal.gazette.withholding import Asked

    settings = load_settings()
    with application(settings):
        asked = Asked(number, lines, also, authority, reference, ordered.date(), reason)
        request_id = withholding.request(OPERATOR, asked, clock.now())
        left_out = [one.number for one in withholding.other_versions(number) if one.number not in also]
        naming = withholding.also_naming(number, lines) if lines else {}
    click.echo(_("Asked. A county officer confirms or rejects it at:"))
    click.echo(f"{settings.public_url}/desk/withholding/{request_id}")
    if left_out:
        told = ", ".join(map(str, left_out))
        click.echo(_("Other versions of it stay public: %(numbers)s. Name them with --also.", numbers=told))
    if others := sorted(set(naming) - {*also, *left_out}):
        told = ", ".join(map(str, others))
        click.echo(_("The same people stand also in: %(numbers)s.", numbers=told))
