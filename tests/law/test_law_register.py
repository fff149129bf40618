"""The register of laws: what a provision says on a day, what came before and after, what hangs on it, and who keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from hjulet.cases import actions as case_actions
from hjulet.cases.hanging import codes_named
from hjulet.cases.models import Case, Clock
from hjulet.cases.triage import proposed_for, with_laws
from hjulet.core.flow import Stale
from hjulet.core.models import Event
from hjulet.law import actions, content
from hjulet.law.actions.register import WrongField
from hjulet.law.choices import LawState, Verified
from hjulet.law.content import load_law_content, read_laws, read_service_levels
from hjulet.law.models import LawRow, ServiceLevel
from hjulet.law.register import Selection, ending, law_of, laws_in, provision, still_hanging
from hjulet.law.registry import HANGERS, Hanging, hangings
from hjulet.law.rules import code_on, laws_on
from hjulet.org.dated import stamp_of_rows
from hjulet.receipts.models import Matter

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DOC-1", "NEW-20")]

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TODAY = date(2026, 11, 12)
OLD = date(2025, 6, 30)
NEW = {
    "title": "Rapportera på nytt sätt",
    "citation": "SoL 27 kap. 2 §",
    "summary": "Ny lydelse.",
    "source": "SFS 2026:900",
}
OWN = {
    "code": "riktlinje-7",
    "title": "Kommunens riktlinje",
    "citation": "Riktlinje 7",
    "kind": "local",
    "summary": "Så gör vi.",
    "source": "Nämnden 2026-10-01 § 7",
}


@pytest.fixture
def root(actor: Any) -> Any:
    return actor("root")


# Seeds --------------------------------------------------------------------------------


def test_every_code_that_anything_names_is_a_law() -> None:
    known = {row["code"] for row in read_laws()}
    assert codes_named() <= known
    assert {row["basis"] for row in read_service_levels() if row["basis"]} <= known
    assert set(_codes_in_yaml()) <= known


def _codes_in_yaml() -> Iterator[str]:
    """Values of `law`, `laws` and `basis` in every delivered yaml, where they are codes and not words."""
    for path in sorted((Path(content.__file__).parents[1]).rglob("content/**/*.yaml")):
        given = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506  safe either way
        for name, value in _pairs(given):
            several = value if isinstance(value, list) else [value]
            if name in {"law", "laws", "basis"}:
                yield from (
                    code for code in several if isinstance(code, str) and code and " " not in code and code != "LOKAL"
                )


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name, inner
            yield from _pairs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pairs(inner)


def test_the_walk_finds_codes_at_all() -> None:
    found = set(_codes_in_yaml())
    assert {"sol-27-2", "psl-3-8b", "sol01-14-6"} <= found
    assert {"sol-27-5", "fl-16", "osl-8-2"} <= codes_named()


def test_delivered_dates_and_designations_make_sense() -> None:
    rows = read_laws()
    assert len({row["citation"] for row in rows}) == len({row["code"] for row in rows})
    for row in rows:
        assert row["code"] not in {"tider", "upphavda", "nytt"}
        assert row["valid_to"] is None or row["valid_to"] >= row["valid_from"], row["code"]
        assert not row["replaced_by"] or row["valid_to"], row["code"]
        memory = "ur minnet" in row["source"].replace("dagen ur minnet", "").replace("dagarna ur minnet", "")
        assert (
            row["verified"] != "memory"
            or memory
            or "inte läst" in row["source"]
            or "kunde läsas" in row["source"]
            or ("ur minnet" in row["source"])
        ), row["code"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sol01-3-3", "sol-5-2"),
        ("sol01-7-6", "sol-17-10"),
        ("sol01-14-2", "sol-5-1"),
        ("sol01-14-3", "sol-27-2"),
        ("sol01-14-6", "sol-27-5"),
        ("sol01-14-7", "sol-27-6"),
        ("sol01-16-6b", "sol-34-7"),
        ("sol01-16-6f", "sol-34-1"),
        ("sol01-16-6i", "sol-34-4"),
    ],
)
def test_each_section_of_the_old_act_knows_what_replaced_it(old: str, new: str) -> None:
    before, after = provision(old, TODAY), provision(new, TODAY)
    assert before is not None and after is not None
    assert before.law.valid_to == OLD and before.law.state_on(TODAY) == LawState.REPEALED
    assert [law.code for law in before.replaced_by] == [new]
    assert old in [law.code for law in after.replaced]


# Reading ------------------------------------------------------------------------------


def test_an_old_case_is_told_by_the_law_of_its_day() -> None:
    """What tables name today is told of a case from June 2025 by the old act, and of one from July by the new."""
    codes = ("sol-27-5", "sol-27-6", "psl-3-3", "finns-inte")
    assert {code: law.code for code, law in laws_on(codes, OLD).items()} == {
        "sol-27-5": "sol01-14-6",
        "sol-27-6": "sol01-14-7",
        "psl-3-3": "psl-3-3",
    }
    assert laws_on(codes, OLD + timedelta(days=1))["sol-27-5"].code == "sol-27-5"
    assert code_on("sol01-14-6", TODAY) == "sol-27-5"  # and forward, when a row still names what is repealed
    assert (code_on("", OLD), code_on("finns-inte", OLD)) == ("", "finns-inte")


def test_a_ring_of_replacements_ends() -> None:
    first, second = (
        LawRow.objects.create(
            code=code, title=code, citation=code, summary="x", source="x", valid_from=OLD, valid_to=OLD
        )
        for code in ("ring-a", "ring-b")
    )
    LawRow.objects.filter(pk=first.pk).update(replaced_by=second)
    LawRow.objects.filter(pk=second.pk).update(replaced_by=first)
    assert laws_on(("ring-a",), TODAY) == {}
    found = provision("ring-a", TODAY)
    assert found is not None and [law.code for law in found.replaced_by] == ["ring-b"]


@pytest.mark.parametrize(
    ("citation", "law"),
    [
        ("SoL 27 kap. 2 §", "SoL"),
        ("SoL (2001:453) 16 kap. 6 f §", "SoL (2001:453)"),
        ("LSS 28 f–h §§", "LSS"),
        ("SOSFS 2011:9 5 kap. 3 a §", "SOSFS 2011:9"),
        ("SOSFS 2011:5", "SOSFS 2011:5"),
        ("Lag (1930:173)", "Lag (1930:173)"),
        ("Lag (2017:372) 6 §", "Lag (2017:372)"),
        ("GDPR artikel 33", "GDPR"),
        ("DOS-lagen 10–13 §§", "DOS-lagen"),
    ],
)
def test_the_law_is_read_out_of_the_designation(citation: str, law: str) -> None:
    assert law_of(citation) == law


def test_the_list_is_chosen_by_law_kind_and_state_on_a_day() -> None:
    old = laws_in(Selection(day=OLD, law="SoL (2001:453)"))
    assert [law.code for law in old][:2] == ["sol01-3-3", "sol01-7-6"]  # chapter 3 before chapter 7
    assert laws_in(Selection(day=TODAY, law="SoL (2001:453)")) == []
    repealed = laws_in(Selection(day=TODAY, law="SoL (2001:453)", state="repealed"))
    assert len(repealed) == len(old)
    assert {law.code for law in laws_in(Selection(day=OLD, state="coming"))} >= {"sol-27-2", "cyb-2-3"}
    assert {law.kind for law in laws_in(Selection(day=TODAY, kind="guideline"))} == {"guideline"}
    assert [law.code for law in laws_in(Selection(day=TODAY, text="sol 27 kap. 5 §"))] == ["sol-27-5"]


def test_the_page_tells_what_replaced_what_and_what_hangs(browse: Any) -> None:
    asa = browse("asa")
    page = asa.get("/lagar/sol-27-5/").content.decode()
    assert "/lagar/sol01-14-6/" in page and "Dokumentera, utreda och avhjälpa (Lex Sarah)" in page
    assert "Läst i källan" in page and "SFS 2025:400" in page
    old = asa.get("/lagar/sol01-14-6/").content.decode()
    assert "Upphävd" in old and "/lagar/sol-27-5/" in old
    assert "Så här löd det den 2025-08-01" in asa.get("/lagar/sol-27-5/?dag=2025-08-01").content.decode()
    assert asa.get("/lagar/finns-inte/").status_code == 404
    for odd in ("2025-13-40", "x", "0001-01-01", ""):
        assert asa.get("/lagar/sol-27-5/", {"dag": odd}).status_code == 200


def test_the_list_leaves_as_a_file(browse: Any) -> None:
    asa = browse("asa")
    rows = b"".join(asa.get("/lagar/?lag=SoL&format=csv").streaming_content).decode("utf-8-sig").splitlines()
    assert "SoL 27 kap. 5 §" in "\n".join(rows) and "OSL" not in "\n".join(rows)
    assert b"".join(asa.get("/lagar/?format=xlsx").streaming_content).startswith(b"PK")


# What hangs on it ---------------------------------------------------------------------


def test_everything_that_names_a_provision_hangs_on_it(actor: Any, at: Any) -> None:
    kinds = {row.kind for row in hangings(["sol-27-5"], actor=actor("asa"), at=at)}
    assert kinds == {"clock", "duty", "step", "entry", "paper", "rule", "document"}
    kinds = {row.kind for row in hangings(["sol-27-2"], actor=actor("asa"), at=at)}
    assert {"clock", "step", "rule", "reading"} <= kinds
    duties = {row.label for row in hangings(["hsl-11-4"], actor=actor("asa"), at=at) if row.kind == "duty"}
    assert duties


def test_the_work_list_shows_what_hangs_on_a_repealed_provision(browse: Any, root: Any, at: Any, actor: Any) -> None:
    Matter.objects.create(
        code="gammal", title="Gammal text", text="x", laws=["psl-3-7"], valid_from=date(2026, 1, 1),
        principal_id=root.principal_id,
    )  # fmt: skip
    who = actor("asa")
    before = still_hanging(months=0, actor=who, at=at)
    assert [due.hanging.label for due in before if due.law.code == "psl-3-7"] == []
    actions.end_law(
        code="psl-3-7", valid_to=date(2027, 3, 31), replaced_by="psl-3-5", source="SFS 2027:1", actor=root, at=at
    )
    assert still_hanging(months=3, actor=who, at=at) == before
    found = [due for due in still_hanging(months=6, actor=who, at=at) if due.law.code == "psl-3-7"]
    told = {(due.hanging.label, due.hanging.kind, due.then and due.then.code) for due in found}
    assert ("Gammal text", "reading", "psl-3-5") in told
    page = browse("asa").get("/lagar/upphavda/?inom=6").content.decode()
    assert "Gammal text" in page and "/lagar/psl-3-7/" in page and "2027-03-31" in page and "/lagar/psl-3-5/" in page
    assert "Gammal text" not in browse("asa").get("/lagar/upphavda/?inom=3").content.decode()
    assert "Gammal text" not in browse("asa").get("/lagar/upphavda/?inom=6&slag=clock").content.decode()
    assert "Gammal text" not in browse("sara").get("/lagar/upphavda/?inom=6").content.decode()  # another principal's
    file = b"".join(browse("asa").get("/lagar/upphavda/?inom=6&format=csv").streaming_content).decode("utf-8-sig")
    assert "Gammal text" in file


def test_nothing_that_hjulet_is_delivered_with_hangs_on_a_repealed_provision(actor: Any, at: Any) -> None:
    assert [(due.law.code, due.hanging.label) for due in still_hanging(months=6, actor=actor("asa"), at=at)] == []
    assert "sol01-14-6" in {law.code for law in ending(TODAY)}


def test_the_work_list_is_sorted_by_date_and_says_when_it_is_empty(browse: Any, root: Any, at: Any) -> None:
    assert "Inget hänger kvar" in browse("asa").get("/lagar/upphavda/").content.decode()
    for code, day in (("psl-3-8b", date(2027, 2, 1)), ("psl-3-8e", date(2027, 1, 1))):
        actions.end_law(code=code, valid_to=day, source="x", actor=root, at=at)
    days = [due.law.valid_to for due in still_hanging(months=6, actor=root, at=at)]
    assert days == sorted(days) and set(days) == {date(2027, 1, 1), date(2027, 2, 1)}
    page = browse("root").get("/lagar/upphavda/").content.decode()
    assert "/lagar/psl-3-8e/upphav/" in page  # to write what replaced it


def test_a_room_above_hangs_its_own_things(actor: Any, at: Any, browse: Any) -> None:
    def ask(codes: Any, principal_id: Any, who: Any, when: Any) -> Iterator[Hanging]:
        if "sol-5-1" in codes:
            yield Hanging(code="sol-5-1", kind="guideline", label="Vår riktlinje", url="/x/", unit_name="Ekbacken")

    HANGERS.append(ask)
    try:
        page = browse("asa").get("/lagar/sol-5-1/").content.decode()
        assert "Vår riktlinje" in page and "Ekbacken" in page
    finally:
        HANGERS.remove(ask)


def test_an_own_time_saved_anew_rests_on_what_replaced_the_old(root: Any, at: Any) -> None:
    day = date(2026, 12, 1)
    actions.add_law(
        **{**OWN, "code": "psl-ny", "citation": "PSL 3 kap. 3 a §"},
        valid_from=day, replaces="psl-3-3", actor=root, at=at,
    )  # fmt: skip
    row = actions.set_service_level(
        code="lexmaria.assess", unit="working-days", amount=4, warn_before=None, source="x", day=day, actor=root, at=at
    )
    assert row.basis == "psl-ny"


# A case keeps the law of its day --------------------------------------------------------


def _deliver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, laws: list[Any], levels: list[Any]) -> None:
    """A new version of Hjulet, with these rows beside what it has."""
    for name, more in (("laws", laws), ("service_levels", levels)):
        given = yaml.safe_load((content.FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
        given["rows"] += more
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr(content, "FOLDER", tmp_path)


def _clocks(case: Any) -> list[Any]:
    found = Clock.objects.unscoped(reason="the test compares before and after").filter(case=case)
    return list(found.order_by("pk").values("code", "amount", "source", "due_on"))


def test_a_case_keeps_the_law_and_the_clocks_of_its_day_after_a_new_version(
    assessed: Any, browse: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, actor: Any, at: Any
) -> None:
    case = assessed("sol")
    clocks = _clocks(case)
    assert any(clock["code"] == "deviation.investigate" and clock["amount"] == 14 for clock in clocks)
    law = {**NEW, "code": "sosfs-2011-9-5", "citation": "SOSFS 2011:9 5 kap.", "kind": "regulation"}
    level = next(row for row in read_service_levels() if row["code"] == "deviation.investigate")
    day = case.reported_on + timedelta(days=1)
    _deliver(tmp_path, monkeypatch, [{**law, "valid_from": day}], [{**level, "amount": 7, "valid_from": day}])
    load_law_content()
    assert laws_on(("sosfs-2011-9-5",), day)["sosfs-2011-9-5"].summary == "Ny lydelse."
    kept = laws_on(("sosfs-2011-9-5",), case.reported_on)["sosfs-2011-9-5"]
    assert kept.summary != "Ny lydelse." and kept.valid_to == case.reported_on
    assert _clocks(case) == clocks
    page = browse("asa").get(f"/arenden/{case.ref}/steg/investigate/").content.decode()
    assert f"/lagar/sosfs-2011-9-5/?dag={case.reported_on}" in page
    shown = browse("asa").get(f"/lagar/sosfs-2011-9-5/?dag={case.reported_on}").content.decode()
    assert kept.summary in shown.split("h-lydelser")[0] and "Ny lydelse." not in shown.split("h-lydelser")[0]


def test_a_case_from_before_the_new_act_is_told_the_old_one(reported: Any, browse: Any, actor: Any, at: Any) -> None:
    dag = actor("dag")
    case = case_actions.perform(reported(suspects_misconduct=True), "receive", actor=dag, at=at)
    Case.objects.unscoped(reason="the test moves a case back in time").filter(pk=case.pk).update(
        reported_at=case.reported_at.replace(year=2025, month=6, day=30)
    )
    case = Case.objects.visible_to(dag).get(pk=case.pk)
    told = {row.law.code for row in with_laws(proposed_for(case), case.reported_on) if row.law}
    assert "sol01-14-3" in told and "sol-27-2" not in told
    page = browse("dag").get(f"/arenden/{case.ref}/steg/assess/").content.decode()
    assert "SoL (2001:453) 14 kap. 3 §" in page and "SoL 27 kap. 2 §" not in page


# Keeping it -----------------------------------------------------------------------------


def test_own_provision_wording_end_and_check_are_told_and_kept(root: Any, at: Any, browse: Any) -> None:
    actions.add_law(**OWN, valid_from=date(2026, 1, 1), actor=root, at=at)
    actions.begin_wording(
        code="riktlinje-7", title="Ny", citation="Riktlinje 7", summary="Så gör vi nu.", source="§ 8",
        valid_from=date(2026, 6, 1), actor=root, at=at,
    )  # fmt: skip
    first, second = LawRow.objects.filter(code="riktlinje-7").order_by("valid_from")
    assert (first.valid_to, first.replaced_by_id, second.valid_to) == (date(2026, 5, 31), second.pk, None)
    actions.mark_checked(code="riktlinje-7", checked_on=TODAY, source="Protokollet", actor=root, at=at)
    second.refresh_from_db()
    assert second.standing == Verified.VERIFIED and second.checked_by_id == root.person_id
    actions.end_law(code="riktlinje-7", valid_to=date(2026, 12, 31), source="§ 9", actor=root, at=at)
    told = set(Event.objects.filter(object_type="lawrow").values_list("verb", flat=True))
    assert told == {"lawrow.added", "lawrow.reworded", "lawrow.ended", "lawrow.checked"}
    page = browse("asa").get("/lagar/riktlinje-7/").content.decode()
    assert "Protokollet" in page and root.name in page and "En ny lydelse lades in" in page
    assert "Så gör vi." in browse("asa").get("/lagar/riktlinje-7/?dag=2026-03-01").content.decode()
    other = browse("sara").get("/lagar/riktlinje-7/").content.decode()
    assert "Protokollet" in other and root.name not in other  # another principal hears which municipality, not who


def test_delivering_anew_undoes_nothing_that_people_decided(root: Any, at: Any) -> None:
    actions.add_law(**OWN, valid_from=date(2026, 1, 1), replaces="aml-3-3a", actor=root, at=at)
    actions.begin_wording(code="sol-27-2", **NEW, valid_from=date(2027, 1, 1), actor=root, at=at)
    actions.mark_checked(code="tf-2-18", checked_on=TODAY, source="Lagboken", actor=root, at=at)
    LawRow.objects.filter(code="tf-2-18").update(summary="Så står det.")
    actions.end_law(code="gdpr-33", valid_to=date(2027, 5, 1), replaced_by="gdpr-35", source="x", actor=root, at=at)
    before = list(LawRow.objects.order_by("pk").values())
    load_law_content()
    assert list(LawRow.objects.order_by("pk").values()) == before


def test_a_delivered_wording_ends_the_one_people_had_put_in(
    root: Any, at: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.begin_wording(code="sol-27-2", **NEW, valid_from=date(2027, 1, 1), actor=root, at=at)
    _deliver(
        tmp_path,
        monkeypatch,
        [{**NEW, "code": "sol-27-2", "summary": "Levererad.", "valid_from": date(2027, 7, 1)}],
        [],
    )
    load_law_content()
    rows = list(LawRow.objects.filter(code="sol-27-2").order_by("valid_from").values_list("summary", "valid_to"))
    assert rows[1:] == [("Ny lydelse.", date(2027, 6, 30)), ("Levererad.", None)]
    assert rows[0][1] == date(2026, 12, 31)


def test_taking_back_what_has_not_begun(root: Any, at: Any) -> None:
    before = list(LawRow.objects.filter(code="sol-27-2").values())
    actions.begin_wording(code="sol-27-2", **NEW, valid_from=date(2027, 1, 1), actor=root, at=at)
    actions.withdraw_wording(code="sol-27-2", actor=root, at=at)
    assert list(LawRow.objects.filter(code="sol-27-2").values()) == before
    with pytest.raises(Exception, match="Upphäv"):
        actions.withdraw_wording(code="sol-27-2", actor=root, at=at)


@pytest.mark.parametrize(
    ("verb", "given", "field"),
    [
        ("add_law", {**OWN, "code": "sol-27-2", "valid_from": TODAY}, "code"),
        ("add_law", {**OWN, "code": "tider", "valid_from": TODAY}, "code"),
        ("add_law", {**OWN, "citation": "SoL 27 kap. 2 §", "valid_from": TODAY}, "citation"),
        ("add_law", {**OWN, "valid_from": TODAY, "valid_to": date(2026, 1, 1)}, "valid_to"),
        ("add_law", {**OWN, "valid_from": date(1990, 1, 1), "replaces": "sol-27-2"}, "replaces"),
        ("begin_wording", {**NEW, "code": "sol-27-2", "valid_from": date(2025, 7, 1)}, "valid_from"),
        ("begin_wording", {**NEW, "code": "sol01-14-3", "valid_from": date(2026, 1, 1)}, "valid_from"),
        ("end_law", {"code": "sol-27-2", "valid_to": date(2025, 6, 1), "source": "x"}, "valid_to"),
        ("end_law", {"code": "sol-27-2", "valid_to": TODAY, "replaced_by": "sol01-14-3", "source": "x"}, "replaced_by"),
        ("end_law", {"code": "sol-27-2", "valid_to": None, "replaced_by": "sol-27-3", "source": "x"}, "valid_to"),
        ("mark_checked", {"code": "sol-27-2", "checked_on": date(2026, 11, 13), "source": "x"}, "checked_on"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(verb: str, given: Any, field: str, root: Any, at: Any) -> None:
    before = list(LawRow.objects.order_by("pk").values())
    with pytest.raises(WrongField) as wrong:
        getattr(actions, verb)(**given, actor=root, at=at)
    assert wrong.value.field == field and str(wrong.value)
    assert list(LawRow.objects.order_by("pk").values()) == before


def test_someone_else_was_first(root: Any, at: Any) -> None:
    seen = stamp_of_rows(LawRow.objects.filter(code="sol-27-2"))
    actions.mark_checked(code="sol-27-2", checked_on=TODAY, source="x", seen=seen, actor=root, at=at)
    with pytest.raises(Stale):
        actions.end_law(code="sol-27-2", valid_to=TODAY, source="x", seen=seen, actor=root, at=at)


def test_the_pages_keep_what_was_typed_and_save_what_is_right(browse: Any) -> None:
    root = browse("root")
    wrong = root.post("/lagar/nytt/", {**OWN, "code": "sol-27-2", "valid_from": "2026-01-01"})
    assert wrong.status_code == 422 and "Koden är upptagen" in wrong.content.decode()
    assert "Kommunens riktlinje" in wrong.content.decode()
    bad = root.post("/lagar/nytt/", {**OWN, "code": "Å 1", "valid_from": "igår"}).content.decode()
    assert "små bokstäver" in bad and "Skriv datumet som" in bad
    saved = root.post("/lagar/nytt/", {**OWN, "valid_from": "2026-01-01"})
    assert saved.status_code == 302 and saved["Location"] == "/lagar/riktlinje-7/"
    for tail in ("lydelse", "upphav", "kontrollera"):
        assert root.get(f"/lagar/riktlinje-7/{tail}/").status_code == 200
    stale = root.post("/lagar/riktlinje-7/upphav/", {"valid_to": "2026-12-31", "source": "§ 9", "seen": "gammalt"})
    assert stale.status_code == 409 and "Någon annan har ändrat" in stale.content.decode()
    assert "§ 9" in stale.content.decode()
    checked = root.post("/lagar/riktlinje-7/kontrollera/", {"checked_on": "2026-11-12", "source": "Protokollet"})
    assert checked.status_code == 302 and "Protokollet" in root.get("/lagar/riktlinje-7/").content.decode()
    assert root.get("/lagar/finns-inte/upphav/").status_code == 404


@pytest.mark.parametrize("login", ["asa", "dag", "hanna", "sara", "juno"])
def test_only_who_keeps_the_settings_keeps_the_register(login: str, browse: Any) -> None:
    visitor = browse(login)
    for address in ("nytt", "sol-27-2/lydelse", "sol-27-2/upphav", "sol-27-2/kontrollera"):
        assert visitor.get(f"/lagar/{address}/").status_code == 404
        assert visitor.post(f"/lagar/{address}/", {}).status_code == 404
    assert visitor.post("/lagar/sol-27-2/ta-tillbaka/").status_code == 404
    assert "/lagar/sol-27-2/upphav/" not in visitor.get("/lagar/sol-27-2/").content.decode()


# Marks ----------------------------------------------------------------------------------


def test_marks_in_the_diary_hang_for_those_who_register(actor: Any, at: Any) -> None:
    for login, sees in (("goran", True), ("asa", False)):
        who = actor(login)
        kinds = {row.kind for row in hangings(["osl-26-1", "osl-25-1"], actor=who, at=at)}
        assert ("mark" in kinds) <= sees


def test_own_levels_hang_for_their_own_principal_only(root: Any, actor: Any, at: Any) -> None:
    common = ServiceLevel.objects.filter(code="deviation.assess", principal=None).get()
    ServiceLevel.objects.create(
        code=common.code, label="Bara vår", procedure=common.procedure, unit="days", amount=2, counted_from="x",
        source="x", status="local", basis="kl-6-6", principal_id=root.principal_id, valid_from=TODAY,
    )  # fmt: skip
    assert "Bara vår" in str(hangings(["kl-6-6"], actor=root, at=at))
    assert "Bara vår" not in str(hangings(["kl-6-6"], actor=actor("sara"), at=at))
