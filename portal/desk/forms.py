"""Forms of the desk: the bank's payout file, and the reason for reading what is internal."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FileField, StringField
from wtforms.validators import InputRequired, Length

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
