from django.urls import path

from hjulet.shell import web

urlpatterns = [
    path("", web.start, name="start"),
    path("planera/", web.quarter("plan"), name="quarter-plan"),
    path("genomfora/", web.quarter("do"), name="quarter-do"),
    path("folja-upp/", web.quarter("check"), name="quarter-check"),
    path("forbattra/", web.quarter("act"), name="quarter-act"),
    path("tillganglighet/", web.accessibility, name="accessibility"),
    path("hjalp/", web.help_page, name="help"),
    path("sprak/", web.set_language, name="set-language"),
    path("robots.txt", web.robots, name="robots"),
]
