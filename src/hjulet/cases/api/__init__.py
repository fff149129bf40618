"""Cases in the API: the same actions, the same reach and the same guards as on the pages."""

from ninja import Router

from hjulet.cases.api import cases, inside, papers, reports, steps

router = Router(by_alias=True)
for part in (reports, cases, steps, inside, papers):
    router.add_router("", part.router)
