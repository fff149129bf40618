"""What the contract of the API names but is not built yet: it says so plainly, and does nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from hjulet.core.access import ANYONE, access
from hjulet.core.problem import Problem, problem

LATER = frozenset(
    {
        "goals",
        "indicators",
        "meetings",
        "reports",
        "risk-analyses",
        "unexecuted-decisions",
        "webhooks",
    }
)


@csrf_exempt
@access(ANYONE)
def later(request: HttpRequest, rest: str) -> HttpResponse:
    """501 for what is not built yet, 404 for what never was meant to be."""
    first = rest.split("/", 1)[0]
    if first in LATER:
        words = _("/%(name)s är inte byggt än. Det som finns står i /api/v1/openapi.json.") % {"name": first}
        return problem(request, Problem(501, words))
    return problem(request, Problem(404, _("Adressen finns inte. De som finns står i /api/v1/openapi.json.")))
