"""The register of measures as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.access import LOGGED_IN
from hjulet.core.actor import Actor
from hjulet.core.exports import Export, Listing, Params, among, in_order, offer
from hjulet.core.spreadsheet import Value
from hjulet.measures.choices import Effect, MeasureState
from hjulet.measures.listing import measures_in
from hjulet.measures.models import Measure

FIELDS = (
    *("pk", "title", "unit__name", "owner__name", "due_on", "state"),
    *("expected_effect", "done_on", "effect_due_on", "effect", "effect_on"),
)


def _listing(actor: Actor, params: Params, at: datetime) -> Listing:
    states, effects = dict(MeasureState.choices), dict(Effect.choices)

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        some = Measure.objects.visible_to(actor).filter(pk__in=among(keys)).order_by()
        for row in in_order(keys, some.values_list(*FIELDS)):
            title, unit, owner, due, state, expected, done, effect_due, effect, judged = row[1:]
            yield [
                *(title, unit, owner, due, str(states.get(state, state)), expected),
                *(done, effect_due, str(effects.get(effect, effect)), judged),
            ]

    return Listing(
        columns=[
            *(_("Åtgärd"), _("Enhet"), _("Ansvarig"), _("Klar senast"), _("Läge"), _("Förväntad effekt")),
            *(_("Genomförd"), _("Effekten bedöms"), _("Effekt"), _("Effekten bedömd")),
        ],
        keys=list(measures_in(params, actor=actor, at=at).values_list("pk", flat=True)),
        read=read,
        widths=(50, 28, 24, 12, 14, 50, 12, 14, 18, 14),
    )


MEASURES = offer(Export("measures", gettext_lazy("Åtgärder"), "atgarder", "measure", frozenset({LOGGED_IN}), _listing))
