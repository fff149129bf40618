"""Local settings: shown with source, changed from a day to come by the right duty, never against the law."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hjulet.cases.actions import asks_for_expert
from hjulet.cases.models import Case, ExpertRule, LocalProcedure, PublicDoor
from hjulet.cases.procedures import held_on
from hjulet.cases.public_phone import set_public_phone
from hjulet.core.events import value_digest
from hjulet.core.flow import Refused, Stale
from hjulet.core.models import Event
from hjulet.law.actions import own_levels, set_service_level
from hjulet.law.models import ServiceLevel
from hjulet.law.rules import service_level
from hjulet.notify.models import QuietHours
from hjulet.org.dated import stamp_of_rows, withdraw
from hjulet.org.models import Assignment, Principal, Unit
from hjulet.setups.catalogue import all_settings, find_setting
from hjulet.stats.actions import set_masking_rule
from hjulet.stats.models import MaskingRule

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ORG-3")]

Browse = Callable[[str], Client]
TOMORROW = date(2026, 11, 13)
CHANGED = {"amount": "10", "unit": "working-days", "warn_before": "3", "source": "Nämnden 2026-11-10 § 9"}


def confirm(client: Client, key: str, data: dict[str, Any]) -> str:
    """Fills in, reads what the change means, and confirms; gives the page that asks."""
    url = reverse("setting-change", args=[key])
    seen = client.get(url).context["form"].initial["seen"]
    preview = client.post(url, {"seen": seen, **data})
    assert "Inget är ändrat än" in preview.content.decode(), preview.context["form"].errors
    done = client.post(url, {"seen": seen, **data, "confirm": "1"}, follow=True)
    assert "Inställningen är sparad" in done.content.decode(), done.context["form"].errors
    return str(preview.content.decode())


def test_every_setting_is_shown_with_value_source_and_standing(browse: Browse, person: Any, at: datetime) -> None:
    found = {each.key: each for each in all_settings(person("root").principal_id, at.date())}
    codes = {row.code for row in ServiceLevel.objects.on(at.date())}
    assert codes <= set(found)
    assert all(each.now.value and each.now.source and each.now.standing for each in found.values())
    assert found["deviation.assess"].now.value == "3 arbetsdagar"
    assert found["sma-tal"].now.value.startswith("Tal under 5 döljs")
    assert found["tysta-timmar"].now.value == "Från 21.00 till 07.00"
    assert {"expert", "mottagare-sol-missforhallande", "utloggning"} <= set(found)
    text = browse("root").get(reverse("settings")).content.decode()
    assert "Bedöma avvikelsen" in text and "Hjulets förslag, ingen lag" in text and "‹saknas" not in text


@pytest.mark.parametrize("login", ["asa", "klara", "petra", "hanna", "ivar", "sara", "olga"])
def test_only_the_duty_opens_the_pages(login: str, browse: Browse) -> None:
    client = browse(login)
    for name, args in (("settings", []), ("setting", ["expert"]), ("setting-change", ["expert"])):
        assert client.get(reverse(name, args=args)).status_code == 404
    assert client.post(reverse("setting-change", args=["expert"]), {"confirm": "1"}).status_code == 404
    assert client.post(reverse("setting-withdraw", args=["expert"])).status_code == 404
    assert not ExpertRule.objects.exclude(principal=None).exists()


def test_the_duty_for_a_part_is_not_enough(browse: Browse, person: Any) -> None:
    held = Assignment.objects.get(person=person("root"))
    Assignment.objects.filter(pk=held.pk).update(unit=Unit.objects.get(principal=held.unit.principal, code="staben"))
    assert browse("root").get(reverse("settings")).status_code == 404


def test_a_time_changes_from_a_day_and_history_stays(
    browse: Browse, actor: Any, reported: Callable[..., Case], at: datetime
) -> None:
    client, code = browse("root"), "deviation.feedback"
    before = reported()
    asked = confirm(client, code, {**CHANGED, "day": TOMORROW.isoformat()})
    assert "I dag: 14 dagar. Från 2026-11-13: 10 arbetsdagar." in asked
    assert "De som redan går behåller sin tid" in asked and "Ingen får eller mister åtkomst" in asked
    root = actor("root")
    assert service_level(code, principal_id=root.principal_id, day=at.date()).amount == 14
    row = service_level(code, principal_id=root.principal_id, day=TOMORROW)
    assert (row.amount, row.unit, row.warn_before, row.status, row.valid_from) == (
        10,
        "working-days",
        3,
        "local",
        TOMORROW,
    )
    assert row.source == "Nämnden 2026-11-10 § 9"
    assert ServiceLevel.objects.get(code=code, principal=None).valid_to is None
    event = Event.objects.get(verb="servicelevel.changed", object_id=row.pk)
    assert event.actor_id == root.person_id and event.value.values["amount"] == [14, 10]
    assert event.digests["amount"] == value_digest(event.value.salt, "amount", [14, 10])
    later = reported(at=at + timedelta(days=1))
    clocks = [case.clocks.get(code=code).due_on for case in (before, later)]
    assert clocks == [date(2026, 11, 26), date(2026, 11, 27)]
    assert sorted(clocks) == [before.feedback_due_on, later.feedback_due_on]
    page = client.get(reverse("setting", args=[code])).content.decode()
    assert "Från 2026-11-13 gäller något annat" in page and "Rut Oscarsson" in page


def test_the_next_own_row_ends_the_one_before(actor: Any, at: datetime) -> None:
    root, code = actor("root"), "deviation.assess"
    told = {"code": code, "unit": "days", "warn_before": None, "source": "Beslut", "actor": root}
    set_service_level(amount=5, day=TOMORROW, at=at, **told)
    with pytest.raises(Refused, match="redan bestämd"):
        set_service_level(amount=6, day=TOMORROW + timedelta(days=9), at=at, **told)
    after = at + timedelta(days=30)
    set_service_level(amount=6, day=after.date() + timedelta(days=1), at=after, **told)
    rows = own_levels(code, root.principal_id).order_by("valid_from")
    assert [(row.amount, row.valid_from, row.valid_to) for row in rows] == [
        (5, TOMORROW, after.date()), (6, after.date() + timedelta(days=1), None),
    ]  # fmt: skip


@pytest.mark.parametrize("day", ["2026-11-12", "2026-01-01"])
def test_what_already_holds_is_not_changed(browse: Browse, day: str) -> None:
    page = browse("root").post(reverse("setting-change", args=["deviation.assess"]), {**CHANGED, "day": day})
    assert "Välj i morgon eller en senare dag" in page.content.decode()
    assert not ServiceLevel.objects.exclude(principal=None).exists()


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("deviation.report", "Tiden står i lag"),
        ("lexmaria.notify", "Tiden står i lag"),
        ("lexmaria.device", "Tiden står i en föreskrift"),
        ("lexmaria.outer_limit", "ingen har läst den i källan"),
    ],
)
def test_what_the_law_says_cannot_be_changed_and_the_page_says_why(
    code: str, why: str, browse: Browse, actor: Any, at: datetime
) -> None:
    client = browse("root")
    text = client.get(reverse("setting", args=[code])).content.decode()
    assert why in text and "/andra/" not in text
    assert client.get(reverse("setting-change", args=[code])).status_code == 404
    with pytest.raises(Refused, match=why):
        set_service_level(
            code=code, unit="days", amount=30, warn_before=None, source="x", day=TOMORROW, actor=actor("root"), at=at
        )
    ServiceLevel.objects.create(
        code=code, label="Egen", procedure="other", unit="days", amount=9, counted_from="", source="x", status="local",
        principal_id=actor("root").principal_id, valid_from=at.date(),
    )  # fmt: skip
    with pytest.raises(Refused, match=why):  # an own row beside the law opens nothing
        set_service_level(
            code=code, unit="days", amount=30, warn_before=None, source="x", day=TOMORROW, actor=actor("root"), at=at
        )


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"amount": "0"}, "minst 1"),
        ({"amount": "9999"}, "högst 730"),
        ({"amount": "x"}, "Skriv ett heltal"),
        ({"unit": "hours"}, "Välj ett av alternativen"),
        ({"unit": "months", "amount": "70"}, "högst fem år"),
        ({"warn_before": "10"}, "Välj ett mindre antal"),
        ({"source": ""}, "Fyll i det här"),
        ({"day": "igår"}, "Skriv datumet som"),
    ],
)
def test_errors_say_what_to_do(browse: Browse, wrong: dict[str, str], told: str) -> None:
    data = {**CHANGED, "day": TOMORROW.isoformat(), **wrong}
    page = browse("root").post(reverse("setting-change", args=["deviation.assess"]), data)
    assert told in page.content.decode()
    assert not ServiceLevel.objects.exclude(principal=None).exists()


def test_a_coming_change_is_taken_back(browse: Browse, actor: Any, at: datetime) -> None:
    client, root, code = browse("root"), actor("root"), "deviation.assess"
    told = {"code": code, "unit": "days", "warn_before": None, "source": "Beslut", "actor": root}
    first = set_service_level(amount=5, day=TOMORROW, at=at - timedelta(days=5), **told)
    ServiceLevel.objects.filter(pk=first.pk).update(valid_from=at.date() - timedelta(days=3))
    set_service_level(amount=7, day=TOMORROW, at=at, **told)
    own = own_levels(code, root.principal_id)
    stale = stamp_of_rows(own)
    page = client.post(reverse("setting-withdraw", args=[code]), {"seen": "annan"}, follow=True)
    assert "Någon annan har ändrat" in page.content.decode() and own.count() == 2
    page = client.post(reverse("setting-withdraw", args=[code]), {"seen": stale}, follow=True)
    assert "Ändringen är tillbakatagen" in page.content.decode()
    row = own.get()
    assert (row.amount, row.valid_to) == (5, None)
    assert Event.objects.filter(verb="servicelevel.withdrawn").exists()
    with pytest.raises(Refused, match="ingen ändring att ta tillbaka"):
        withdraw(own, root.principal_id, seen=None, actor=root, at=at)
    assert client.post(reverse("setting-withdraw", args=["tysta-timmar"])).status_code == 404


def test_two_at_once_lose_nothing(browse: Browse, actor: Any, at: datetime) -> None:
    client, url = browse("root"), reverse("setting-change", args=["sma-tal"])
    seen = client.get(url).context["form"].initial["seen"]
    set_masking_rule(threshold=6, min_denominator=20, source="Beslut", day=TOMORROW, actor=actor("root"), at=at)
    data = {"threshold": "7", "min_denominator": "30", "source": "Annat", "day": TOMORROW.isoformat(), "seen": seen}
    page = client.post(url, {**data, "confirm": "1"})
    assert page.status_code == 409 and "Någon annan har ändrat" in page.content.decode()
    with pytest.raises(Stale):
        set_masking_rule(
            threshold=7, min_denominator=30, source="x", day=TOMORROW, seen=seen, actor=actor("root"), at=at
        )
    assert MaskingRule.objects.exclude(principal=None).count() == 1


def test_small_numbers_are_hidden_by_the_new_rule_from_its_day(browse: Browse, actor: Any, at: datetime) -> None:
    data = {"threshold": "3", "min_denominator": "20", "source": "Nämnden § 3", "day": TOMORROW.isoformat()}
    asked = confirm(browse("root"), "sma-tal", data)
    assert "Talet blir lägre än i dag" in asked
    principal = actor("root").principal_id
    assert [MaskingRule.of(principal, day).threshold for day in (at.date(), TOMORROW)] == [5, 3]
    assert MaskingRule.of(actor("sara").principal_id, TOMORROW).threshold == 5
    page = browse("root").post(
        reverse("setting-change", args=["sma-tal"]), {**data, "threshold": "2", "day": "2027-01-01"}
    )
    assert "minst 3" in page.content.decode()


def test_the_expert_is_asked_by_the_new_rule_from_its_day(
    browse: Browse, actor: Any, assessed: Callable[..., Case], at: datetime
) -> None:
    data = {"score": "4", "severity": "4", "source": "MAS 2026-11-12", "day": TOMORROW.isoformat()}
    asked = confirm(browse("root"), "expert", data)
    assert "Frågan ställs då för 11 av 16 bedömningar" in asked
    today, tomorrow = assessed("sol"), assessed("sol", at=at + timedelta(days=1))
    assert not asks_for_expert(today) and asks_for_expert(tomorrow)


def test_quiet_hours_hold_at_once(browse: Browse, actor: Any, at: datetime) -> None:
    client = browse("root")
    asked = confirm(client, "tysta-timmar", {"starts": "22:00", "ends": "06:30"})
    assert "I dag: Från 21.00 till 07.00. Från nu: Från 22.00 till 06.30." in asked
    row = QuietHours.objects.get(principal_id=actor("root").principal_id)
    assert (row.starts, row.ends) == (time(22), time(6, 30))
    event = Event.objects.get(verb="quiethours.changed")
    assert event.value.values["starts"] == ["21:00:00", "22:00:00"]
    seen = row.stamp
    confirm(client, "tysta-timmar", {"starts": "07:00", "ends": "07:00"})
    late = at.replace(hour=23)
    row.refresh_from_db()
    assert row.next_open(late) == late
    url = reverse("setting-change", args=["tysta-timmar"])
    again = client.post(url, {"starts": "20:00", "ends": "08:00", "seen": seen, "confirm": "1"})
    assert again.status_code == 409
    found = find_setting("tysta-timmar", row.principal_id, at.date())
    assert found is not None and found.now.value == "Inga tysta timmar"
    assert found.now.changed is not None and found.now.changed.actor_label.startswith("Rut Oscarsson")


def test_only_ones_own_and_what_is_changed(browse: Browse, person: Any) -> None:
    client = browse("root")
    empty = client.get(reverse("settings"), {"egna": "1"}).content.decode()
    assert "Ni har inte ändrat något än" in empty
    confirm(client, "deviation.assess", {**CHANGED, "day": TOMORROW.isoformat()})
    text = client.get(reverse("settings"), {"egna": "1"}).content.decode()
    assert "Bedöma avvikelsen" in text and "Utreda avvikelsen" not in text
    other = all_settings(person("sara").principal_id, TOMORROW)
    assert next(each for each in other if each.key == "deviation.assess").now.value == "3 arbetsdagar"


def test_unknown_and_borrowed_addresses_are_404(browse: Browse) -> None:
    client = browse("root")
    for key in ("finns.inte", "mottagare-sol-avvikelse", "utloggning"):
        assert client.get(reverse("setting-change", args=[key])).status_code == 404
    assert client.get(reverse("setting", args=["finns.inte"])).status_code == 404
    assert "den som driver Hjulet" in client.get(reverse("setting", args=["utloggning"])).content.decode()


def test_the_page_asks_a_fixed_number_of_questions(browse: Browse, actor: Any, at: datetime) -> None:
    client, root = browse("root"), actor("root")
    client.get(reverse("settings"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("settings"))
    for number, code in enumerate(("deviation.assess", "deviation.receive", "deviation.effect", "lexsarah.start"), 1):
        set_service_level(
            code=code, unit="days", amount=number, warn_before=None, source="x", day=TOMORROW, actor=root, at=at
        )
    client.get(reverse("settings"))  # what is remembered is asked for anew after a change
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("settings"))
    assert len(many) == len(few) <= 12, [q["sql"][:90] for q in many]


STAGE = {"label_1": "Beredning i presidiet", "before_1": "grade", "source": "Socialnämnden § 12"}


def test_own_stages_are_put_in_renamed_and_ended(browse: Browse, actor: Any, at: datetime) -> None:
    client, key, principal = browse("root"), "steg-lex-sarah", actor("root").principal_id
    page = client.get(reverse("setting-change", args=[key])).content.decode()
    assert "Inga egna steg" in page and '<option value="grade">Besluta</option>' in page
    assert 'value="receive"' not in page and 'value="report-ivo"' not in page
    asked = confirm(client, key, {**STAGE, "day": TOMORROW.isoformat()})
    assert "Börja utreda → Beredning i presidiet (eget) → Besluta → Anmäl till IVO" in asked
    assert "De som redan är inne följer den ordning de började med" in asked
    assert [held_on(principal, "lex-sarah", day) for day in (at.date(), TOMORROW)] == [
        [], [{"code": "beredning-i-presidiet", "label": "Beredning i presidiet", "before": "grade"}],
    ]  # fmt: skip
    shown = client.get(reverse("setting", args=[key])).content.decode()
    assert "Beredning i presidiet, före ”Besluta”" in shown and "Socialnämnden § 12" in shown
    again = client.post(reverse("setting-change", args=[key]), {**STAGE, "day": "2026-12-01"}).content.decode()
    assert "redan" in again and LocalProcedure.objects.count() == 1
    LocalProcedure.objects.update(valid_from=at.date())
    other = {**STAGE, "label_1": "Presidiet", "label_2": "Jurist", "before_2": "close", "day": TOMORROW.isoformat()}
    confirm(client, key, other)
    codes = [stage["code"] for stage in held_on(principal, "lex-sarah", TOMORROW)]
    assert codes == ["beredning-i-presidiet", "jurist"]
    withdraw(LocalProcedure.objects.all(), principal, seen=None, actor=actor("root"), at=at)
    asked = confirm(client, key, {**STAGE, "label_1": "", "day": TOMORROW.isoformat()})
    assert "”Beredning i presidiet” tas bort" in asked
    assert held_on(principal, "lex-sarah", TOMORROW) == []
    history = client.get(reverse("setting", args=[key])).content.decode()
    assert "Alla rader, nyast först" in history and "Inga egna steg" in history


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"before_1": ""}, "Välj före vilket steg det ska vara klart"),
        ({"before_1": "report-ivo"}, "Välj ett av alternativen"),
        ({"before_2": "close"}, "Skriv vad steget heter"),
        ({"label_1": "x" * 121}, "120 tecken"),
        ({"label_2": "beredning i presidiet", "before_2": "close"}, "Två steg heter likadant"),
        ({"source": ""}, "Fyll i det här"),
        ({"day": "2026-11-12"}, "Välj i morgon eller en senare dag"),
        ({"label_1": "", "before_1": ""}, "Inget är ändrat"),
    ],
)
def test_wrong_stages_are_said_and_what_was_typed_stays(browse: Browse, wrong: dict[str, str], told: str) -> None:
    data = {**STAGE, "day": TOMORROW.isoformat(), **wrong}
    text = browse("root").post(reverse("setting-change", args=["steg-lex-sarah"]), data).content.decode()
    assert told in text and not LocalProcedure.objects.exists()
    assert not data["label_1"] or data["label_1"] in text


def test_stages_of_a_kind_that_is_not_there(browse: Browse) -> None:
    for name in ("setting", "setting-change"):
        assert browse("root").get(reverse(name, args=["steg-finns-inte"])).status_code == 404


@pytest.mark.capability("CMP-1")
def test_the_telephone_of_the_public_page_is_the_principals_own(browse: Browse, actor: Any, settings: Any) -> None:
    settings.PUBLIC_PHONE = "0999-120 00"
    root = actor("root")
    mine = Principal.objects.get(pk=root.principal_id)
    other = Principal.objects.exclude(pk=mine.pk).get()
    asked = confirm(browse("root"), "telefon", {"phone": "  0999-555 10 "})
    assert "I dag: 0999-120 00. Från nu: 0999-555 10." in asked
    assert Event.objects.get(verb="publicdoor.changed").value.values["phone"] == ["", "0999-555 10"]

    def page(code: str) -> str:
        return Client().get(reverse("voice"), {"huvudman": code}).content.decode()

    assert "0999-555 10" in page(mine.code) and "0999-120 00" not in page(mine.code)
    assert "0999-120 00" in page(other.code) and "0999-555 10" not in page(other.code)
    found = find_setting("telefon", mine.pk, TOMORROW)
    assert found is not None and (found.now.value, found.now.own) == ("0999-555 10", True)
    confirm(browse("root"), "telefon", {"phone": ""})
    assert "0999-120 00" in page(mine.code)
    settings.PUBLIC_PHONE = ""
    assert "växel" in page(mine.code)


@pytest.mark.capability("CMP-1")
def test_the_one_with_a_code_sees_the_number_of_her_own_principal(browse: Browse, actor: Any, at: datetime) -> None:
    from tests.cases.test_public_door import CODE, DOOR, FOLLOW, fields, opened

    set_public_phone(phone="0999-555 10", actor=actor("root"), at=at)
    client = Client()
    code = CODE.search(client.post(DOOR, fields(opened(client))).content.decode())
    assert code
    assert "0999-555 10" in client.post(FOLLOW, {"code": code[1]}).content.decode()
    assert "0999-555 10" not in client.get(FOLLOW).content.decode()  # no one knows yet whose matter it is


@pytest.mark.parametrize("wrong", ["ring oss", "12", "0999-120 00 eller Anna"])
def test_what_is_no_telephone_number_is_said_and_stays(wrong: str, browse: Browse) -> None:
    url = reverse("setting-change", args=["telefon"])
    page = browse("root").post(url, {"phone": wrong, "seen": "-", "confirm": "1"}).content.decode()
    assert "Skriv ett telefonnummer med siffror" in page and f'value="{wrong}"' in page
    assert not PublicDoor.objects.exclude(phone="").exists()


def test_two_who_change_the_number_at_once(browse: Browse, actor: Any, at: datetime) -> None:
    set_public_phone(phone="0999-555 10", actor=actor("root"), at=at)
    again = browse("root").post(
        reverse("setting-change", args=["telefon"]), {"phone": "0999-1", "seen": "-", "confirm": "1"}
    )
    assert again.status_code == 409
