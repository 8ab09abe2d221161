"""Forms of the desk: the bank's payout file, the reason for reading what is internal, withholding by order."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput

from portal.gazette.rules import ANSWER_AT_MOST, REASONS, TEXT_AT_MOST
from portal.web.forms import Form

MISSING = _l("This is needed.")


class PayoutForm(Form):
    file = FileField(
        _l("Payout file of the bank (xlsx, xls, ods or csv)"),
        [InputRequired(MISSING)],
        description=_l("Name, account or identity card, sum, state. It is compared and not kept."),
        render_kw={"accept": ".xlsx,.xls,.ods,.csv"},
    )
    paid_on = DateField(_l("Day of the file"), [InputRequired(MISSING)])


class ReadingForm(Form):
    reason = StringField(
        _l("Why you need to see this"),
        [InputRequired(MISSING), Length(max=200)],
        description=_l("Your name, office, the time and this reason are kept, and the county sees them."),
    )


class WithholdingForm(Form):
    """The order, and what goes with the item. Item and lines stand in the address. What is missing the service says,
    together with all else that is wrong."""

    reason = RadioField(
        _l("Why it is withheld"),
        choices=[SelectChoice(reason.value, _l(words)) for reason, words in REASONS.items()],
        validate_choice=False,  # the service says it in a better sentence
        description=_l("Villagers read this sentence."),
    )
    authority = StringField(
        _l("Who gave the order"),
        [Length(max=TEXT_AT_MOST)],
        description=_l("A court, an authority. It is published: no name of a person."),
    )
    document = StringField(
        _l("Number of the order"),
        [Length(max=TEXT_AT_MOST)],
        description=_l("As it stands on the document. It is published: no name of a person."),
    )
    ordered_on = DateField(_l("Day of the order"), [Optional()], render_kw={"required": True})
    versions = SelectMultipleField(
        _l("Other versions of this item that go with it"),
        coerce=int,
        option_widget=CheckboxInput(),
        description=_l("What is withheld mostly stands in all of them. Take out only what the order does not reach."),
    )
    also = StringField(
        _l("Other items that go with it"),
        [Length(max=400)],
        description=_l("Their numbers with commas between them, like 12, 15; empty if there are none."),
    )


class ConfirmationForm(Form):
    seen = HiddenField()
    has_order = BooleanField(
        _l("The order lies before me, and it says what stands above."),
        [InputRequired(_l("Compare it with the order first, then tick this."))],
    )


class RejectionForm(Form):
    answer = TextAreaField(
        _l("Why it is rejected"),
        [Length(max=ANSWER_AT_MOST)],
        description=_l("Who asked reads this. Without names of persons."),
        render_kw={"rows": 3},
    )
