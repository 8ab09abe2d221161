"""Many papers at once, as files or as a zip: each finds its line by the voucher number in its name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal import clock
from portal.accounts.rules import Actor, Permission
from portal.database import transaction
from portal.errors import Conflict, Invalid
from portal.evidence import formats, installation, packed, rules, services
from portal.evidence.copies import MEGABYTE, Limits, checked_kind
from portal.evidence.rules import Bearer
from portal.places import queries as places
from portal.text import N_, Message

FILES_AT_MOST = packed.ENTRIES_AT_MOST


@dataclass(frozen=True)
class Taken:
    """What became of many papers: how many found their line, how many wait for one, and which were not taken."""

    matched: int
    unmatched: int
    refused: Sequence[tuple[str, Message]]


def add_many(
    actor: Actor,
    bearer: Bearer,
    vouchers: Mapping[str, str],
    uploads: Iterable[tuple[str, bytes]],
    document: str,
    at: datetime,
) -> Taken:
    """Add files and what is in zips; `vouchers` are those of the lines by key, `document` what a paper is whose name
    does not say. The worker makes the copies. A file that is not taken stops no other; a zip that plays tricks is
    refused whole (Invalid)."""
    actor.must(Permission.DRAFTS_PREPARE, places.line(bearer.place_id))
    otherwise = rules.document(document)
    settings = places.settings_in_force(bearer.place_id, clock.today(at))
    limits = Limits.of_settings(settings)
    refused: list[tuple[str, Message]] = []
    matched = unmatched = 0
    for name, body in _files(uploads, limits):
        try:
            kind = checked_kind(body, limits)
        except Invalid as error:
            refused.append((name, error.message))
            continue
        keys = rules.keys_of_name(name, vouchers)
        named = rules.document_of_name(name, otherwise)
        installation.store().put(body)
        try:
            with transaction():
                sealed = rules.is_sealed(named, settings["sealed_papers"])
                file = services.put_file(actor, bearer.place_id, body, None, named, sealed, at, kind)
                for key in keys or [""]:
                    services.link(actor, bearer, file, key, at, name)
        except Conflict as error:
            refused.append((name, error.message))
            continue
        matched, unmatched = matched + bool(keys), unmatched + (not keys)
    return Taken(matched, unmatched, refused)


def _files(uploads: Iterable[tuple[str, bytes]], limits: Limits) -> Iterator[tuple[str, bytes]]:
    count = 0
    for name, body in uploads:
        inside = packed.files(body, limits.megabytes * MEGABYTE) if formats.is_zip(body) else [(name, body)]
        for one in inside:
            count += 1
            if count > FILES_AT_MOST:
                raise Invalid(N_("At most %(n)s papers are taken at once. Send the rest after these."), n=FILES_AT_MOST)
            yield one
