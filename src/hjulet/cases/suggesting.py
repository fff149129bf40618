"""An employee's suggestion: one page, one field that must be filled in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hjulet.cases import actions
from hjulet.cases.forms import SuggestionForm
from hjulet.cases.web import posted
from hjulet.core.access import ActorRequest, access
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.swedish_time import day_short
from hjulet.org.choices import Duty


@access(Duty.REPORT)
@require_http_methods(["GET", "POST"])
def suggest(request: ActorRequest) -> HttpResponse:
    actor, at = request.actor, now()
    form = SuggestionForm(posted(request), actor=actor, at=at)
    if request.method == "GET" or not form.is_valid():
        return render(request, "cases/suggestion.html", {"form": form}, status=422 if form.is_bound else 200)
    told = {name: form.cleaned_data[name] for name in ("unit", "text", "change", "submission_key")}
    try:
        case = actions.suggest(actions.Suggestion(**told), actor=actor, at=at)
    except Refused as problem:
        form.add_error(None, str(problem))
        return render(request, "cases/suggestion.html", {"form": form}, status=422)
    said = _("Tack. Ditt nummer är %(ref)s.") % {"ref": case.ref}
    if case.due_on:
        said += " " + _("Du får svar senast %(day)s.") % {"day": day_short(case.due_on)}
    messages.success(request, said)
    return redirect("my-report", ref=case.ref)
