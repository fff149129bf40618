"""One's own API keys: see them, make one, revoke one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.fields import CHOOSE
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.org import tokens
from hjulet.org.account import confirms_password, me, recently_authenticated
from hjulet.org.forms import duty_labels
from hjulet.org.models import Token

SHOWN = 100


class TokenForm(forms.Form):
    DAYS = (
        ("30", gettext_lazy("30 dagar")),
        ("90", gettext_lazy("90 dagar")),
        ("365", gettext_lazy("Ett år")),
    )
    name = forms.CharField(
        label=gettext_lazy("Vad ska nyckeln användas till?"),
        max_length=80,
        error_messages={"required": gettext_lazy("Skriv vad nyckeln ska användas till.")},
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Hur länge ska den gälla?"), choices=DAYS, initial="90", coerce=int, error_messages=CHOOSE
    )
    read_only = forms.BooleanField(required=False, initial=True, label=gettext_lazy("Den får bara läsa"))
    decides = forms.BooleanField(
        required=False,
        label=gettext_lazy("Den får ta beslut som annars kräver ditt lösenord"),
        help_text=gettext_lazy("Till exempel avsluta ett ärende. Gäller inte en nyckel som bara får läsa."),
    )
    duties = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("Bara vissa av dina uppgifter?"),
        help_text=gettext_lazy("Väljer du ingen får nyckeln göra allt som du får."),
        widget=forms.CheckboxSelectMultiple,
        error_messages=CHOOSE,
    )

    def __init__(self, *args: Any, duties: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["duties"].choices = duties  # type: ignore[attr-defined]


@access(LOGGED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request: ActorRequest) -> HttpResponse:
    """The secret of a new key is shown on the answer to this POST and never again."""
    form = TokenForm(request.POST if request.method == "POST" else None, duties=_own_duties(request))
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    if not recently_authenticated(request) and not confirms_password(request):
        return _page(request, form, status=422, wrong_password="password" in request.POST)
    try:
        token, secret = tokens.make(me(request), **form.cleaned_data, actor=request.actor, at=now())
    except Refused as reason:
        form.add_error(None, str(reason))
        return _page(request, form, status=422)
    return _page(request, TokenForm(None, duties=_own_duties(request)), made=token, secret=secret)


def _own_duties(request: ActorRequest) -> list[tuple[str, Any]]:
    mine = {str(duty) for duty in request.actor.duties}
    labels = duty_labels(request.actor.principal_id, mine)
    return [(code, label) for code, label in labels.items() if code in mine]


def _page(request: ActorRequest, form: TokenForm, *, status: int = 200, **more: Any) -> HttpResponse:
    at = now()
    labels = duty_labels(request.actor.principal_id)
    rows = list(Token.objects.filter(person_id=request.actor.person_id)[:SHOWN])
    context = {
        "form": form,
        "keys": [(row, row.valid(at), [labels.get(code, code) for code in row.duties]) for row in rows],
        "ask_password": not recently_authenticated(request),
        **more,
    }
    return render(request, "org/tokens.html", context, status=status)


@access(LOGGED_IN)
@require_POST
def token_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    token: Token = get_object_or_404(Token.objects.select_related("person"), pk=pk, person_id=request.actor.person_id)
    tokens.revoke(token, actor=request.actor, at=now())
    messages.success(request, _("Nyckeln är återkallad och öppnar inget mer."))
    return redirect("tokens")
