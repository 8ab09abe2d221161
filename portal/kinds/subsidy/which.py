"""Which programme a roster is of, and which batch: by what was answered, its name, its column, its title."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.kinds.base import Question, Table
from portal.kinds.listing import Desk, Entry
from portal.kinds.privacy import without_digits
from portal.kinds.programmes import PROGRAMMES, Programme, programme_of, without_name
from portal.kinds.report import first_few
from portal.money import quantity
from portal.text import N_, Bilingual, Message

QUESTION = "programme"
PROGRAMME, RULES = "programme", "rules"
"""Under which names `Desk.known` holds what `prepare` found."""
RATES_NAMED = 4
_BATCH = re.compile(r"第[一二三四五六七八九十\d]{1,3}(?:批次?|次)")


@dataclass(frozen=True)
class Rules:
    """What the county says of the programme for the list's period: rates (ten-thousandths of a yuan), rule, payer."""

    rates: Sequence[int]
    rule: Bilingual
    paid_by: str


def prepare(tables: Sequence[Table], desk: Desk) -> None:
    """Find the programme and what holds for it; ask where nothing names it."""
    found = _programme(tables, desk)
    if found is None:
        return
    desk.known[PROGRAMME] = found
    desk.known[RULES] = rules_of(found, desk.context.facts.get("programmes", desk.context.settings))
    desk.decisions.append(Message(N_("The list is of the programme “%(name)s”."), {"name": found.name}))
    for table in tables:
        for text in (table.title, table.sheet):
            other = programme_of(text)
            if other is not None and other is not found:
                _say_other(desk, found, other, table)
                break


def rules_of(programme: Programme, settings: Mapping[str, Any]) -> Rules:
    """What is set, or as shipped."""
    told = without_digits(str(settings.get(f"rule.{programme.code}") or programme.rule.zh))
    rule = programme.rule if told == programme.rule.zh else Bilingual(told, told)
    rates = tuple(settings.get(f"rate.{programme.code}") or ())
    return Rules(rates, rule, str(settings.get(f"paid_by.{programme.code}") or programme.paid_by))


def rates_text(rates: Sequence[int]) -> str:
    """Rates as a sentence names them."""
    return first_few(map(quantity, rates), RATES_NAMED, between=" / ")


def _programme(tables: Sequence[Table], desk: Desk) -> Programme | None:
    context = desk.context
    if chosen := context.choices.get(QUESTION):
        found = programme_of(chosen)
        if found is None:
            _say_unknown(desk, chosen)
        return found
    if found := programme_of(context.about):
        return found
    cells = {str(row.values[QUESTION]) for table in tables for row in table.rows if row.values.get(QUESTION)}
    for named in (map(programme_of, cells), filter(None, (_named_by(table) for table in tables))):
        ways = {programme.code: programme for programme in named if programme is not None}
        if len(ways) == 1:
            return next(iter(ways.values()))
        if ways:
            first, second, *_rest = ways.values()
            _say_other(desk, first, second)
            return first
    options = [(programme.code, programme.called) for programme in PROGRAMMES.values()]
    remember = f"{QUESTION}:{tables[0].layout}" if tables else None
    desk.questions.append(Question(QUESTION, Message(N_("Which programme is this list of?")), options, remember))
    return None


def _named_by(table: Table) -> Programme | None:
    return next((found for text in (table.title, table.sheet, table.file) if (found := programme_of(text))), None)


def _say_unknown(desk: Desk, text: str, entry: Entry | None = None) -> None:
    known = ", ".join(PROGRAMMES)
    sentence = N_("“%(value)s” is no programme that is known here. Use its name, or one of: %(known)s.")
    desk.say("programme_unknown", sentence, entry, QUESTION if entry else "", value=text, known=known)


def _say_other(desk: Desk, one: Programme, other: Programme, table: Table | None = None) -> None:
    text = N_("The files speak of “%(other)s”, the posting is of “%(one)s”. Post each programme by itself.")
    desk.report.say("programme_other", text, {"one": one.name, "other": other.name}, table=table)


def check_row(entry: Entry, desk: Desk) -> None:
    """The row is of the list's programme; its line carries the code."""
    programme: Programme | None = desk.known.get(PROGRAMME)
    written = entry.content.pop(QUESTION, None)
    if programme is None:
        return
    entry.content[QUESTION] = programme.code
    if not written or programme_of(str(written)) is programme or written == desk.context.choices.get(QUESTION):
        return
    if programme_of(str(written)) is None:
        _say_unknown(desk, str(written), entry)
    else:
        text = N_("This row is of another programme. Post each programme by itself.")
        desk.say("programme_other", text, entry, QUESTION)


def batch_of(entries: Iterable[Entry], desk: Desk) -> str:
    """Which batch of the period it is, in the words of the posting's name, the column or the title; often none."""
    programme: Programme | None = desk.known.get(PROGRAMME)
    about = without_name(programme, desk.context.about) if programme else desk.context.about
    cells = {str(entry.row.values["batch"]).strip() for entry in entries if entry.row.values.get("batch")}
    if len(cells) > 1:
        desk.say("batch_other", N_("The rows are of several batches. Post each batch by itself."))
    titled = (found[0] for table in desk.tables if (found := _BATCH.search(table.title or table.sheet)))
    told = about or desk.context.choices.get("batch") or next(iter(sorted(cells)), "") or next(titled, "")
    return without_digits(told)[:60]
