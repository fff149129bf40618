"""Run as a program: the two walks of docs/handbok/vandringar.md, on a running demo, with the minutes of each part.

    PYTHONPATH=src:. .venv/bin/python -m tests.e2e.walks http://127.0.0.1:8000

What the machine takes is measured. What the person takes is counted from what happens in the browser, at the pace below:
the letters that were written, the words of each page the first time it is seen, what was chosen and pressed, and a
moment to find one's way on each page. Nobody's thinking, talking or looking things up is in it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.e2e import test_lex as lex
from tests.e2e.conftest import DESK, PHONE, Post, Server, Visitor

COUNTING = """
(() => {
  const tell = (what, n) => window.counted(what, n);
  const before = new WeakMap();
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches("textarea, input:not([type=radio], [type=checkbox], [type=hidden])")) return;
    const n = field.value.length;
    if (n > (before.get(field) || 0)) tell("letters", n - (before.get(field) || 0));
    before.set(field, n);
  }, true);
  document.addEventListener("change", (event) => {
    if (event.target.matches("select, [type=radio], [type=checkbox]")) tell("choices", 1);
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest("a, button, summary")) tell("choices", 1);
  }, true);
  addEventListener("DOMContentLoaded", () => {
    const main = document.querySelector("main") || document.body;
    tell("page", location.pathname.replace(/[0-9]+/g, "#"));
    for (const part of main.querySelectorAll("h1, h2, p, li, label, legend, blockquote, td, th, dd, button, a.btn")) {
      if (part.querySelector("h1, h2, p, li, label, legend, td, th") || !part.checkVisibility()) continue;
      const shown = part.cloneNode(true);
      for (const heard of shown.querySelectorAll(".vh")) heard.remove();
      tell("words", shown.textContent);
    }
  });
})();
"""


@dataclass(frozen=True)
class Pace:
    """Letters and words a second; seconds for a choice or a press, and to find one's way on a page."""

    letters: float
    words: float
    choice: float = 1.5
    page: float = 3.0


DESKTOP = Pace(letters=3.5, words=4)
ON_A_PHONE = Pace(letters=2.5, words=4)
LITTLE_SWEDISH = Pace(letters=2, words=1.5, choice=2.5, page=6)


@dataclass
class Meter:
    """Counts what one person does. `seen` are texts already read: nobody reads a menu or a label twice."""

    pace: Pace
    seen: set[str] = field(default_factory=set)
    seconds: float = 0
    pages: int = 0

    def count(self, _source: Any, what: str, amount: Any) -> None:
        if what == "words":
            if amount not in self.seen:
                self.seen.add(amount)
                self.seconds += len(amount.split()) / self.pace.words
        elif what == "letters":
            self.seconds += amount / self.pace.letters
        elif what == "choices":
            self.seconds += self.pace.choice
        else:
            self.pages += 1
            self.seconds += self.pace.page


class Walk:
    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser, self.server, self.meters = browser, server, {}  # type: tuple[Browser, Server, dict[int, Meter]]

    def visitor(self, kind: dict[str, Any], login: str, pace: Pace) -> Visitor:
        context = self.browser.new_context(locale="sv-SE", timezone_id="Europe/Stockholm", **kind)
        context.set_default_timeout(60_000)
        meter = Meter(pace)
        context.expose_binding("counted", meter.count)
        context.add_init_script(COUNTING)
        visitor = Visitor(self.server, context, [], set())
        visitor.check = lambda name="": None  # type: ignore[method-assign]
        self.meters[id(visitor)] = meter
        return visitor.login(login) if login else visitor

    def part(self, label: str, who: Visitor, do: Callable[[], Any]) -> Any:
        """One part of a walk by one person, with its minutes."""
        meter = self.meters[id(who)]
        human, pages, begun = meter.seconds, meter.pages, time.monotonic()
        result = do()
        who.page.wait_for_timeout(200)
        machine = time.monotonic() - begun
        human = meter.seconds - human
        line = f"{label:60} {(human + machine) / 60:5.1f} min  ({meter.pages - pages} sidor, maskinen {machine:.0f} s)"
        print(line, flush=True)
        return result


def monday(walk: Walk) -> None:
    """Dag and Fatima on a Monday."""
    juno = walk.visitor(PHONE, "juno", ON_A_PHONE)
    ref = walk.part("Juno rapporterar en misstanke i telefonen", juno, lambda: lex.suspected(juno))
    dag = walk.visitor(DESK, "", DESKTOP)
    walk.part("Dag loggar in och ser vad som väntar", dag, lambda: dag.login("dag").go("/"))
    walk.part("Dag tar emot och bedömer: det blir lex Sarah", dag, lambda: lex.becomes_lex_sarah(dag, ref))
    walk.part("Dag tar emot med diarienummer och skriver om skyddet", dag, lambda: lex.taken_in(dag, ref))
    walk.part("Dag utser Bo", dag, lambda: lex.appoint(dag, "Bo Hedman"))
    bo = walk.visitor(DESK, "", DESKTOP)
    walk.part("Bo svarar på jäv och skriver utredningen", bo, lambda: lex.bo_inquires(bo.login("bo"), ref))
    walk.part("Dag beslutar: allvarligt, och anmäler till IVO", dag, lambda: decided(dag, ref))
    walk.part("Bo för in vad enheten och nämnden har fått veta", bo, lambda: lex.bo_follows_up(bo, ref))
    walk.part("Dag avslutar", dag, lambda: lex.dag_closes(dag, ref))
    walk.part("Juno läser svaret", juno, lambda: lex.juno_hears(juno, ref))
    asa = walk.visitor(DESK, "asa", DESKTOP)
    other = double_dose(walk)
    walk.part("Åsa bedömer: det kan vara en vårdskada", asa, lambda: lex.may_be_an_injury(asa, other))
    fatima = walk.visitor(DESK, "", DESKTOP)
    walk.part("Fatima loggar in och ser vad som väntar", fatima, lambda: fatima.login("fatima").go("/"))
    walk.part("Fatima tar upp, bedömer och lämnar tillbaka", fatima, lambda: lex.not_serious(fatima, other))
    asa.go(f"/arenden/{other}/")
    walk.part("Åsa för in en personuppgiftsincident och anmälan", asa, lambda: lex.data_breach(asa))


def double_dose(walk: Walk) -> str:
    who = walk.visitor(PHONE, "juno", ON_A_PHONE)

    def reported() -> str:
        who.report(lex.DOSE)
        who.send()
        return who.sent_ref()

    ref: str = walk.part("Juno rapporterar en dubbel dos i telefonen", who, reported)
    return ref


def decided(dag: Visitor, ref: str) -> None:
    """As the test does it, but for the wrong password."""
    dag.go(f"/arenden/{ref}/")
    lex.forward(dag)
    lex.serious(dag)
    lex.reported_to_ivo(dag)


WRITTEN = "Mamma bor på Ekbacken. Ingen hjälpte henne upp på morgonen. Tre dagar."
ANSWERED = "Vi har ändrat listan för morgonen. Din mamma får hjälp före klockan åtta. Förlåt att det blev fel."


def resident(walk: Walk) -> None:
    """Someone with a phone and little Swedish, and those who answer."""
    who = walk.visitor(PHONE, "", LITTLE_SWEDISH)
    walk.part("Hon öppnar /synpunkt/, väljer lätt svenska och läser allt", who, lambda: opened(who))
    code = walk.part("Hon skriver, skickar och läser kvittot", who, lambda: written(who))
    goran = walk.visitor(DESK, "", DESKTOP)
    ref = walk.part("Göran loggar in, registrerar och bekräftar", goran, lambda: registered(goran))
    asa = walk.visitor(DESK, "", DESKTOP)
    walk.part("Åsa loggar in, utreder och svarar", asa, lambda: answered(asa, ref))
    walk.part("Hon öppnar /synpunkt/folj/, skriver koden och läser", who, lambda: followed(who, code))


def opened(who: Visitor) -> None:
    who.go("/synpunkt/")
    who.page.click("text=Lätt svenska")
    who.page.click("text=Lövdala kommun")
    who.page.wait_for_selector("#id_description")


def written(who: Visitor) -> str:
    who.page.fill("#id_description", WRITTEN)
    who.page.select_option("#id_unit", label="Ekbacken")
    who.send()
    return who.page.locator(".code-shown").inner_text()


def registered(goran: Visitor) -> str:
    page = goran.login("goran").page
    goran.go("/arenden/?val=vantar")
    page.click("text=Mamma bor på Ekbacken")
    page.wait_for_url("**/arenden/*-*/")
    ref = page.url.rstrip("/").rsplit("/", 1)[1]
    lex.forward(goran)
    goran.pick("track", "sol")
    asa = page.locator("#id_handler option", has_text="Åsa Lindqvist").get_attribute("value")
    page.select_option("#id_handler", asa)
    goran.send()
    goran.go(f"/arenden/{ref}/steg/confirm/")
    goran.send()
    return ref


def answered(asa: Visitor, ref: str) -> None:
    asa.login("asa").go(f"/arenden/{ref}/")
    lex.entry(asa, "impartial", "no")
    asa.go(f"/arenden/{ref}/steg/investigate/")
    asa.send()
    asa.go(f"/arenden/{ref}/steg/answer/")
    asa.page.fill("#id_message", ANSWERED)
    asa.send()


def followed(who: Visitor, code: str) -> None:
    who.go("/synpunkt/folj/?sprak=sv_easy")
    who.page.fill("#id_code", code)
    who.send()
    assert ANSWERED in who.main()


def main(url: str) -> None:
    server = Server(url, dict(os.environ), Post())
    with sync_playwright() as playwright:
        program = os.environ.get("HJULET_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        walk = Walk(browser, server)
        monday(walk)
        resident(walk)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
