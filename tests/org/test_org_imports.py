"""import-units and import-users: idempotent, dry run, bad rows told with their line."""

from __future__ import annotations

import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from tests.org.town import Town, assert_whole

from hjulet.org.models import Assignment, Person, Unit, UnitVersion

UNITS = """unit_id,unit_code,unit_name,area,unit_type,weight
1,E0001,Talltorget särskilt boende,Vård och omsorg,sabo,5.6
2,E0002,Åsstranden hemtjänst,Vård och omsorg,hemtj,3.8
3,E0003,Solhagen grundskola,Barn och utbildning,grund,1.1
"""
USERS = """user_id,login,home_unit,role,units
1,anv00001,1,chef,1 2
2,anv00002,2,medarbetare,2
3,ANV00003,E0003,medarbetare,E0003
"""


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def run(command: str, path: str, *flags: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(command, path, "--principal", "alvik", *flags, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_units_hang_under_departments_and_twice_is_once(town: Town, tmp_path: Path) -> None:
    path = write(tmp_path, "units.csv", UNITS)
    run("import-units", path)
    unit = Unit.objects.get(principal=town.principal, code="E0001")
    assert (unit.parent.name, unit.tracks, unit.valid_from) == (
        "Vård och omsorg",
        ["sol", "hsl"],
        town.units["root"].valid_from,
    )
    count = UnitVersion.objects.count()
    out, _err = run("import-units", path)
    assert "Lade till 0, ändrade 0, lämnade 3" in out
    assert UnitVersion.objects.count() == count
    assert_whole(town.principal)


def test_a_known_code_is_renamed_and_moved(town: Town, tmp_path: Path) -> None:
    run("import-units", write(tmp_path, "units.csv", UNITS))
    changed = UNITS.replace("Talltorget särskilt boende,Vård och omsorg", "Talltorget,Barn och utbildning")
    out, _err = run("import-units", write(tmp_path, "units.csv", changed))
    assert "ändrade 1" in out
    unit = Unit.objects.get(principal=town.principal, code="E0001")
    assert (unit.name, unit.parent.name) == ("Talltorget", "Barn och utbildning")
    assert_whole(town.principal)


def test_a_dry_run_writes_nothing(town: Town, tmp_path: Path) -> None:
    before = Unit.objects.count()
    out, _err = run("import-units", write(tmp_path, "units.csv", UNITS), "--dry-run")
    assert "Skulle lägga till 5" in out
    assert Unit.objects.count() == before


def test_bad_rows_are_told_and_the_rest_kept(town: Town, tmp_path: Path) -> None:
    text = (
        UNITS + "4,E0001,Dubblett,Vård och omsorg,sabo,1\n5,,Utan kod,,sabo,1\n6,E0006,,,sabo,1\n7,E0007,Bra,,sabo,1\n"
    )
    out, err = run("import-units", write(tmp_path, "units.csv", text))
    assert "Rad 5:" in err and "rad 2" in err
    assert "Rad 6:" in err and "Rad 7:" in err
    assert "3 rader gick inte att läsa" in out
    assert Unit.objects.filter(principal=town.principal, code="E0007").exists()


def test_abort_rolls_everything_back(town: Town, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Inget är inläst"):
        run(
            "import-units",
            write(tmp_path, "units.csv", UNITS + "5,,Utan kod,,sabo,1\n"),
            "--on-error",
            "abort",
        )
    assert not Unit.objects.filter(principal=town.principal, code="E0001").exists()


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "unit_code\nE1\n"])
def test_a_file_without_the_columns_is_refused(town: Town, tmp_path: Path, text: str) -> None:
    with pytest.raises(CommandError, match="saknar kolumnerna"):
        run("import-units", write(tmp_path, "units.csv", text))


def test_a_file_that_is_no_text_is_refused(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes(b"\xff\xfe\x00u")
    with pytest.raises(CommandError, match="UTF-8"):
        run("import-units", str(path))
    with pytest.raises(CommandError):
        run("import-units", str(tmp_path / "saknas.csv"))


def test_people_get_their_roles_by_number_or_code(town: Town, tmp_path: Path) -> None:
    run("import-units", write(tmp_path, "units.csv", UNITS))
    run("import-users", write(tmp_path, "users.csv", USERS))
    boss = Person.objects.get(login="anv00001")
    rows = Assignment.objects.filter(person=boss)
    assert {(row.role.code, row.unit.code) for row in rows} == {
        ("unit_manager", "E0001"),
        ("unit_manager", "E0002"),
    }
    assert Person.objects.get(login="anv00003").home_unit.code == "E0003"
    assert not boss.has_usable_password()
    out, _err = run("import-users", write(tmp_path, "users.csv", USERS))
    assert "lämnade 3" in out


def test_the_demo_gives_them_the_known_password(town: Town, tmp_path: Path, settings: Any) -> None:
    settings.DEMO = True
    run("import-units", write(tmp_path, "units.csv", UNITS))
    run("import-users", write(tmp_path, "users.csv", USERS))
    assert Person.objects.get(login="anv00001").check_password("hjulet")


def test_bad_people_are_told(town: Town, other_town: Town, tmp_path: Path) -> None:
    run("import-units", write(tmp_path, "units.csv", UNITS))
    text = (
        "login;name;role;units\n"
        "evaek;Eva Ek;medarbetare;E0001\n"
        "evaek;Eva Två;medarbetare;E0001\n"
        "ullalm;Ulla;kejsare;E0001\n"
        "ollelm;Olle;chef;E9999\n"
        "staff.bovik;Någon;chef;E0001\n"
        "åke ek;Åke;chef;E0001\n"
        ";Ingen;chef;1\n"
        "perlm;Per;chef;\n"
    )
    out, err = run("import-users", write(tmp_path, "users.csv", text))
    assert [line.split(":")[0] for line in err.splitlines()] == [f"Rad {n}" for n in range(3, 10)]
    assert "kejsare" in err and "E9999" in err and "upptaget" in err
    assert Person.objects.get(login="evaek").name == "Eva Ek"
    assert "Lade till 1" in out


@pytest.mark.scale
def test_three_thousand_people_in_twenty_seconds(town: Town, tmp_path: Path) -> None:
    assert django_settings.TESTING
    units = "unit_code,unit_name,area\n" + "".join(f"E{n:04d},Enhet {n},Område {n % 6}\n" for n in range(1, 401))
    users = "login,role,units\n" + "".join(
        f"anv{n},{'chef' if n % 12 == 0 else 'medarbetare'},{n % 400 + 1}\n" for n in range(3000)
    )
    start = time.monotonic()
    run("import-units", write(tmp_path, "units.csv", units))
    run("import-users", write(tmp_path, "users.csv", users))
    assert time.monotonic() - start < 20
    assert Person.objects.filter(login__startswith="anv").count() == 3000


@pytest.mark.capability("PLT-1")
def test_units_and_people_from_a_workbook(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "bok.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, text in (("Enheter", UNITS), ("Personer", USERS)):
            page = book.add_worksheet(name)
            page.merge_range("A1:D1", "Register")
            for number, line in enumerate(text.splitlines()):
                cells = [int(cell) if cell.isdigit() else cell for cell in line.split(",")]
                page.write_row(
                    number + 2, 0, [cells[0], *(str(cell).title() if not number else cell for cell in cells[1:])]
                )
    out, _err = run("import-units", str(path))
    assert "0 rader gick inte att läsa" in out
    out, _err = run("import-users", str(path))
    assert "Lade till 3" in out
    assert Person.objects.get(login="anv00003").home_unit.code == "E0003"
    with pytest.raises(CommandError, match="Filen saknar kolumnen login"):
        with xlsxwriter.Workbook(tmp_path / "tom.xlsx") as book:
            book.add_worksheet().write_row(0, 0, ["Role", "Units"])
        run("import-users", str(tmp_path / "tom.xlsx"))
