"""API keys: whose they are, what they narrow, how they end; and that nothing else opens the API."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory

from hjulet.config.api import api
from hjulet.core.actor import Grant
from hjulet.core.middleware import AccessMiddleware
from hjulet.core.models import Event
from hjulet.org import tokens
from hjulet.org.choices import Duty
from hjulet.org.models import Token
from hjulet.org.reach import actor_for
from hjulet.rest.endpoint import Endpoint
from tests.rest.conftest import Program

pytestmark = [pytest.mark.django_db, pytest.mark.capability("PLT-1")]


def test_only_a_digest_is_kept(program) -> None:
    asa = program("asa")
    row = Token.objects.get()
    assert asa.secret not in str(Token.objects.values()) and row.digest == tokens.digest_of(asa.secret)
    assert asa.get("/units").status_code == 200
    assert Token.objects.get().last_used_at is not None


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer nej", "Bearer hjulet_nej", "Basic YXNhOmhqdWxldA==", "Bearer ÅÄÖ"]
)
def test_what_opens_nothing(header: str) -> None:
    answer = Client(headers={"Authorization": header} if header else {}).get("/api/v1/cases")
    assert answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json" and answer.json()["title"]


def test_expired_revoked_and_closed_accounts_open_nothing(program, person, actor, at) -> None:
    old = program("asa", days=1, at=at - timedelta(days=2))
    refused = old.get("/units")
    assert refused.status_code == 401 and "gått ut" in refused.json()["detail"]
    bo = program("bo")
    tokens.revoke(Token.objects.get(person__login="bo"), actor=actor("bo"), at=at)
    assert bo.get("/units").status_code == 401
    juno = program("juno")
    person("juno").__class__.objects.filter(login="juno").update(is_active=False)
    assert juno.get("/units").status_code == 401


def test_a_session_opens_no_api(browse) -> None:
    asa = browse("asa")
    assert asa.get("/api/v1/cases").status_code == 401
    assert asa.post("/api/v1/cases", "{}", content_type="application/json").status_code == 401
    assert asa.get("/api/v1/docs").status_code == 200


def test_a_key_opens_no_page(program) -> None:
    asa = program("asa")
    assert asa.client.get("/arenden/", headers={"Authorization": f"Bearer {asa.secret}"}).status_code == 302


def test_a_reading_key_writes_nothing(program) -> None:
    asa = program("asa", read_only=True)
    assert asa.get("/cases").status_code == 200
    assert asa.post("/search", {"q": "duschen"}).status_code == 200
    refused = asa.post("/cases", {})
    assert refused.status_code == 403 and "bara läsa" in refused.json()["detail"]


def test_a_key_for_some_duties_reaches_no_further(program, assessed) -> None:
    case = assessed("sol")
    assert program("asa").get(f"/cases/{case.ref}").status_code == 200
    figures = program("asa", duties=[Duty.STATISTICS])
    assert figures.get("/statistics/cases").status_code == 200
    assert figures.get(f"/cases/{case.ref}").status_code == 404
    assert figures.get("/cases").status_code == 404
    assert figures.get("/measures").json()["total"] == 0


def test_a_key_never_carries_what_was_lent_in_an_emergency(person, at) -> None:
    token, _secret = tokens.make(person("asa"), name="x", days=1, actor=None, at=at)
    whole = actor_for(person("asa"), at=at)
    lent = Grant(Duty.READ, frozenset({"hsl"}), 1, "000001", "000002", role="break-glass")
    with_lent = type(whole)(**{**whole.__dict__, "grants": (*whole.grants, lent)})
    assert lent not in tokens.narrowed(with_lent, token).grants
    assert set(tokens.narrowed(with_lent, token).grants) == set(whole.grants)


def test_guessing_is_slowed_but_shuts_no_one_out(program) -> None:
    asa = program("asa")
    guess = Program("hjulet_fel")
    assert [guess.get("/units").status_code for _ in range(100)] == [401] * 100
    slowed = guess.get("/units")
    assert slowed.status_code == 429 and int(slowed["Retry-After"]) >= 1
    assert asa.get("/units").status_code == 200


def test_every_use_is_logged_with_the_key(program, assessed) -> None:
    case = assessed("sol")
    asa = program("asa")
    number = Token.objects.get().pk
    asa.get(f"/cases/{case.ref}")
    asa.get("/cases")
    asa.post(f"/cases/{case.ref}/steps", {"step": "investigate"})
    rows = Event.objects.filter(actor_label__endswith=f"(nyckel {number})").values_list("kind", "verb")
    assert set(rows) >= {("read", "read"), ("read", "list"), ("write", "case.investigate")}


def test_the_command_prints_a_key(person) -> None:
    out = io.StringIO()
    call_command("token", "--person", "asa", "--days", "7", stdout=out)
    assert Program(out.getvalue().strip()).get("/cases").status_code == 200
    assert Event.objects.filter(verb="token.made", actor_id=None).count() == 1
    for wrong in (["--person", "ingen"], ["--person", "asa", "--days", "999"], ["--person", "asa", "--duty", "x"]):
        with pytest.raises(CommandError):
            call_command("token", *wrong, stdout=out)


# The page -----------------------------------------------------------------


def test_one_makes_sees_and_revokes_ones_own(browse) -> None:
    asa = browse("asa")
    assert "Du har ingen nyckel" in asa.get("/konto/api-nycklar/").content.decode()
    made = asa.post("/konto/api-nycklar/", {"name": "Lönesystemet", "days": "30", "read_only": "on"})
    secret = made.content.decode().partition('<code class="secret">')[2].partition("<")[0]
    assert Program(secret).get("/units").status_code == 200
    page = asa.get("/konto/api-nycklar/").content.decode()
    assert "Lönesystemet" in page and secret not in page
    number = Token.objects.get().pk
    assert browse("bo").post(f"/konto/api-nycklar/{number}/aterkalla/").status_code == 404
    assert asa.post(f"/konto/api-nycklar/{number}/aterkalla/").status_code == 302
    assert Program(secret).get("/units").status_code == 401
    assert set(Event.objects.filter(object_type="token").values_list("verb", flat=True)) == {
        "token.made",
        "token.revoked",
    }


def test_making_one_asks_for_the_password_again(person) -> None:
    client = Client()
    client.force_login(person("asa"))
    body = {"name": "x", "days": "30"}
    assert client.post("/konto/api-nycklar/", body).status_code == 422
    assert client.post("/konto/api-nycklar/", body | {"password": "fel"}).status_code == 422
    assert not Token.objects.exists()
    assert client.post("/konto/api-nycklar/", body | {"password": "hjulet"}).status_code == 200
    assert Token.objects.count() == 1


def test_one_cannot_give_a_key_more_than_one_has(browse) -> None:
    body = {"name": "x", "days": "30", "duties": [Duty.MANAGE_ORGANISATION]}
    assert browse("asa").post("/konto/api-nycklar/", body).status_code == 422
    assert not Token.objects.exists()


# The middleware --------------------------------------------------------------


def test_an_operation_that_declares_nothing_is_refused() -> None:
    operations = api.endpoints()["/units"]
    bare = Endpoint(operations)
    bare.access["GET"] = None
    with pytest.raises(ImproperlyConfigured):
        AccessMiddleware(lambda request: None).process_view(RequestFactory().get("/api/v1/units"), bare, (), {})  # type: ignore[arg-type, return-value]


def test_every_operation_declares_its_access() -> None:
    operations = [one for found in api.endpoints().values() for one in found]
    assert len(operations) > 30
    assert [one.view_func.__name__ for one in operations if not getattr(one.view_func, "access", None)] == []
