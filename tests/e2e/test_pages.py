"""Every page: WCAG 2.2 AA in light and dark, by keyboard alone, and no sideways scrolling at 320, 390 and 1440."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.conftest import DESK, PHONE, Server, Visitor

Open = Callable[..., Visitor]
PAGES: dict[str, list[str]] = {
    "": ["/konto/logga-in/", "/konto/utloggad/", "/tillganglighet/", "/hjalp/", "/finns-inte/"]
    + ["/rapportera/anonymt/", "/rapportera/anonymt/svar/"]
    + ["/synpunkt/", "/synpunkt/?huvudman=lovdala", "/synpunkt/?sprak=ar&huvudman=lovdala", "/synpunkt/folj/"],
    "goran": ["/synpunkt/ny/"],
    "juno": [
        *(
            "/rapportera/forslag/",
            "/",
            "/rapportera/",
            "/rapportera/mina/",
            "/rapportera/mina/{new}/",
            "/rapportera/tack/{new}/",
        ),
        *("/aviseringar/", "/konto/", "/konto/losenord/", "/konto/aviseringar/", "/lagar/", "/lagar/tider/"),
    ],
    "asa": [
        *("/", "/planera/", "/genomfora/", "/folja-upp/", "/forbattra/", "/sok/", "/aviseringar/"),
        *("/arenden/", "/arenden/?val=alla", "/arenden/?val=sena", "/arenden/{new}/", "/arenden/{received}/"),
        *("/arenden/{causeless}/", "/arenden/{new}/steg/receive/", "/arenden/{received}/steg/assess/"),
        *("/arenden/{received}/steg/assign/", "/arenden/{received}/steg/pause/", "/arenden/{causeless}/anteckning/"),
        *("/arenden/{causeless}/orsak/", "/arenden/{causeless}/orsak/1/atgard/", "/arenden/{causeless}/fraga/"),
        *("/arenden/{causeless}/orsak/1/motivera/", "/arenden/{causeless}/den-enskilde/", "/arenden/{causeless}/fil/"),
        *("/atgarder/", "/atgarder/?val=klara", "/atgarder/{measure}/", "/atgarder/{measure}/klar/"),
        *("/atgarder/{measure}/andra/", "/atgarder/{measure}/aterkalla/", "/statistik/", "/organisation/"),
    ],
    "dag": ["/arenden/{causeless}/steg/annul/", "/arenden/{causeless}/steg/hand-over/"],
    "hanna": ["/", "/statistik/"],
    "klara": ["/organisation/", "/organisation/ansvar/", "/organisation/personer/", "/statistik/"],
    "root": [
        *(
            "/",
            "/organisation/",
            "/organisation/ansvar/",
            "/organisation/ansvar/receive_deviations/",
            "/organisation/personer/",
        ),
        *("/organisation/personer/ny/", "/organisation/roller/", "/organisation/mottagare/"),
    ],
    "petra": ["/", "/logg/", "/logg/granskning/", "/nodatkomst/"],
}
FOCUS = """() => { const e = document.activeElement; if (!e || e === document.body) return null;
 const s = getComputedStyle(e), box = e.getBoundingClientRect();
 const boxed = e.matches("input[type=radio], input[type=checkbox], input[type=file]");
 const near = [e, ...(boxed ? [e.closest("label"), e.nextElementSibling] : [])]
  .filter(Boolean).map(n => getComputedStyle(n));
 const ring = near.some(n => (n.outlineStyle !== "none" && parseFloat(n.outlineWidth) >= 2) || n.boxShadow !== "none")
  || (e.querySelector?.(".foc") && getComputedStyle(e.querySelector(".foc")).stroke !== "none");
 return {tag: e.tagName, href: e.getAttribute("href") ?? "", main: !!e.closest("main"), ring,
  primary: e.matches(".btn-primary, .btn-big"), seen: box.width > 0 && box.height > 0 && s.visibility !== "hidden",
  parts: e.type === "date" || e.type === "time", html: e.outerHTML.slice(0, 120)}; }"""


def _visitor(visit: Callable[..., Visitor], kind: dict[str, object], login: str, language: str) -> Visitor:
    who = visit(kind, login)
    if login:
        answer = who.context.request.get(who.url("/konto/"))
        assert answer.ok
        _speak(who, language)
    return who


def _speak(who: Visitor, language: str) -> None:
    token = next(cookie["value"] for cookie in who.context.cookies() if cookie["name"] == "csrftoken")
    form = {"csrfmiddlewaretoken": token, "language": language, "next": "/"}
    answer = who.context.request.post(who.url("/sprak/"), form=form, headers={"Referer": who.url("/")})
    assert answer.ok, answer.status


@pytest.mark.parametrize("login", PAGES)
@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.capability("UX-1")
def test_pages_are_accessible(
    server: Server, visit: Callable[..., Visitor], login: str, language: str, checked: set[str]
) -> None:
    who = _visitor(visit, DESK, login, language)
    try:
        for path in PAGES[login]:
            where = path.format(**server.refs)
            status = who.status(where)
            if status != (404 if "finns-inte" in path else 200):
                who.trouble.append(f"{login} {where}: {status}")
                continue
            if who.page.locator("html").get_attribute("lang") != language and login:
                who.trouble.append(f"{where}: not in {language}")
            who.check(f"{login} {path} {language}")
            # One is taken elsewhere when a page has moved on; the visit must still be to the page named.
            if who.page.url != who.url(where):
                who.trouble.append(f"{login} {where} led to {who.page.url}")
    finally:
        if login and language == "en":
            _speak(who, "sv")


@pytest.mark.parametrize("login", PAGES)
@pytest.mark.capability("UX-1")
def test_pages_work_by_keyboard(server: Server, desk: Open, login: str) -> None:
    who = desk(login)
    for path in PAGES[login]:
        where = path.format(**server.refs)
        if who.status(where) == 404:
            continue
        who.trouble += [f"{login} {where}: {wrong}" for wrong in _tab_through(who)]


def _tab_through(who: Visitor) -> list[str]:
    """Tabs through a page to its main action: the skip link first, each stop visible with a ring."""
    page, wrong = who.page, []
    page.keyboard.press("Tab")
    first = page.evaluate(FOCUS)
    # A page may move the focus itself, to what went wrong; then the skip link was passed.
    if not first or first["href"] != "#innehall":
        wrong.append(f"the skip link is not first: {first}")
        return wrong
    if not first["seen"]:
        wrong.append("the skip link does not show when focused")
    page.keyboard.press("Enter")
    wants = page.locator("main .btn-primary:visible").count() > 0
    now: dict[str, Any] | None = None
    for _ in range(90):
        before = now
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUS)
        # Chromium marks day, month, year and calendar inside a date field by itself.
        if now and now["parts"] and before and before["html"] == now["html"]:
            continue
        if now is None or not now["main"]:
            break
        if not now["ring"] or not now["seen"]:
            wrong.append(f"no visible focus on {now['html']}")
        if now["primary"]:
            return wrong
    return [*wrong, "Tab does not reach the main action"] if wants else wrong


@pytest.mark.capability("UX-1")
def test_phone_pages_do_not_scroll_sideways(server: Server, visit: Callable[..., Visitor]) -> None:
    juno = visit(PHONE, "juno")
    for path in PAGES["juno"]:
        juno.go(path.format(**server.refs))
        juno.check(f"phone {path}")
