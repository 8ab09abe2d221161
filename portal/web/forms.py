"""The base form: a field renders itself with label, hint and fault, so that a page says only ``{{ form.reason }}``."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field

from portal.errors import Invalid, PortalError
from portal.web.filters import message

BARE = ("HiddenField", "CSRFTokenField", "SubmitField", "_Option")
ONE_CHOICE = ("BooleanField",)
CHOICES = ("RadioField", "SelectMultipleField")


class Form(FlaskForm):
    """Every form of the portal. Labels and descriptions are lazy texts; the description is shown as the hint."""

    class Meta:
        def render_field(self, field: Field, render_kw: Mapping[str, Any]) -> Markup:
            return render(field, render_kw)

    def refuse(self, error: PortalError) -> None:
        """Show what a service refused, each fault at the field it names or above the form."""
        text = message(error.message)
        if isinstance(error, Invalid) and error.field in self:
            field = self[error.field]
            field.errors = [*field.errors, text]
        else:
            self.form_errors.append(text)
        for other in error.others if isinstance(error, Invalid) else ():
            self.refuse(other)


def render(field: Field, render_kw: Mapping[str, Any]) -> Markup:
    """The field as HTML: bare if it is hidden, else with all that belongs to it."""
    attributes = {**(field.render_kw or {}), **render_kw}
    if field.type in BARE:
        return field.widget(field, **attributes)
    attributes = _described(field, attributes)
    if field.type in CHOICES:
        return _choices(field, attributes)
    control = field.widget(field, **attributes)
    if field.type in ONE_CHOICE:
        return _wrapped(field, Markup('{}<div class="option">{}{}</div>').format(_notes(field), control, field.label))
    return _wrapped(field, Markup("{}{}{}").format(field.label, _notes(field), control))


def _described(field: Field, attributes: dict[str, Any]) -> dict[str, Any]:
    notes = [f"{field.id}-hint"] * bool(field.description) + [f"{field.id}-problem"] * bool(field.errors)
    if notes:
        attributes["aria-describedby"] = " ".join(notes)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return attributes


def _notes(field: Field) -> Markup:
    hint = (
        Markup('<p class="hint" id="{}-hint">{}</p>').format(field.id, field.description) if field.description else ""
    )
    faults = "; ".join(str(error) for error in field.errors)
    problem = Markup('<p class="problem" id="{}-problem">{}</p>').format(field.id, faults) if faults else ""
    return Markup("{}{}").format(hint, problem)


def _wrapped(field: Field, inside: Markup) -> Markup:
    return Markup('<div class="field{}">{}</div>').format(" wrong" if field.errors else "", inside)


def _choices(field: Field, attributes: Mapping[str, Any]) -> Markup:
    options = Markup("").join(
        Markup('<div class="option">{}{}</div>').format(option.widget(option), option.label) for option in field
    )
    described = attributes.get("aria-describedby")
    return Markup('<fieldset class="field{}" id="{}"{}><legend>{}</legend>{}{}</fieldset>').format(
        " wrong" if field.errors else "",
        field.id,
        Markup(' aria-describedby="{}"').format(described) if described else "",
        field.label.text,
        _notes(field),
        options,
    )
