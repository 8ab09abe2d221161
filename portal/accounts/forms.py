"""The forms of signing in, of one's account, of users, places and settings."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput

from portal.places.settings import Setting, Type
from portal.web.forms import Form

MISSING = _l("This is needed.")


class SignInForm(Form):
    login = StringField(
        _l("Login"),
        [InputRequired(MISSING), Length(max=60)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"), [InputRequired(MISSING), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )


class CodeForm(Form):
    code = StringField(
        _l("Six digits from your authenticator"),
        [InputRequired(MISSING), Length(max=12)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class NewPasswordForm(Form):
    password = PasswordField(
        _l("New password"), [InputRequired(MISSING), Length(max=200)], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        _l("The same once more"), [InputRequired(MISSING), Length(max=200)], render_kw={"autocomplete": "new-password"}
    )

    @property
    def agrees(self) -> bool:
        """Are both the same? Else says so at the second field."""
        if self.password.data == self.again.data:
            return True
        self.again.errors = [_l("The two are not the same.")]
        return False


class ChangePasswordForm(NewPasswordForm):
    old = PasswordField(
        _l("Password you have now"),
        [InputRequired(MISSING), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class UserForm(Form):
    person = SelectField(_l("Person"), coerce=int)
    login = StringField(
        _l("Login"),
        [InputRequired(MISSING), Length(max=60)],
        description=_l("Small letters, digits, - _ and dots."),
        render_kw={"autocapitalize": "none", "autocomplete": "off"},
    )


class LinkForm(Form):
    with_second_factor = BooleanField(_l("The authenticator is lost as well: set it up anew"))


class AppointForm(Form):
    role = SelectField(_l("Office"))
    person = StringField(_l("Name"), [InputRequired(MISSING), Length(max=60)])
    phone = StringField(
        _l("Phone"),
        [Optional(), Length(max=20)],
        description=_l("Tells two people of one name apart; stands on no page."),
        render_kw={"inputmode": "tel"},
    )
    begins = DateField(_l("First day"), [InputRequired(MISSING)])
    ends = DateField(_l("Last day"), [Optional()], description=_l("Empty if nobody knows yet."))


class EndForm(Form):
    ends = DateField(_l("Last day"), [InputRequired(MISSING)])


class SettingForm(Form):
    value = StringField(_l("Value"), [Length(max=2000)])
    source = StringField(
        _l("Source"),
        [InputRequired(MISSING), Length(max=200)],
        description=_l("The rule, resolution or letter that says so."),
    )
    valid_from = DateField(_l("Holds from"), [InputRequired(MISSING)])


class LongSettingForm(SettingForm):
    value = TextAreaField(_l("Value"), [Length(max=10_000)], description=_l("One a line."))


class ChoiceSettingForm(SettingForm):
    value = SelectField(_l("Value"))


class ChoicesSettingForm(SettingForm):
    value = SelectMultipleField(_l("Value"), option_widget=CheckboxInput())


def setting_form(setting: Setting, choices: list[tuple[str, str]]) -> SettingForm:
    """The form that suits a setting's type; `choices` are the values of one that offers a few."""
    if setting.type in (Type.WORDS, Type.NUMBERS, Type.DATES, Type.RATES):
        return LongSettingForm()
    if not choices:
        return SettingForm()
    form = ChoicesSettingForm() if setting.type is Type.ROLES else ChoiceSettingForm()
    form.value.choices = choices
    return form
