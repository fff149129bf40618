from django.urls import path

from hjulet.checks import answering_web, planning_web, web, writing_web

urlpatterns = [
    path("sw.js", answering_web.service_worker, name="service-worker"),
    path("egenkontroll/omgang/<int:pk>/", answering_web.summary, name="check-round"),
    path("egenkontroll/omgang/<int:pk>/fyll-i/", answering_web.fill_in, name="check-answer"),
    path("egenkontroll/omgang/<int:pk>/inskickad/", answering_web.summary, name="check-answered"),
    path("egenkontroll/omgang/<int:pk>/lage/", answering_web.state, name="check-answer-state"),
    path("egenkontroll/omgang/<int:pk>/svar/", answering_web.save_answer, name="check-answer-save"),
    path("egenkontroll/omgang/<int:pk>/bild/", answering_web.save_photo, name="check-answer-photo"),
    path("egenkontroll/omgang/<int:pk>/bild/<int:number>/", answering_web.photo, name="check-photo"),
    path("egenkontroll/omgang/<int:pk>/skicka/", answering_web.send, name="check-answer-send"),
    path("egenkontroll/", web.rounds, name="checks"),
    path("egenkontroll/jamfor/", web.compare, name="check-compare"),
    path("egenkontroll/omgang/<int:pk>/analys/", web.analysis, name="check-analysis"),
    path("egenkontroll/plan/", planning_web.plan, name="check-plan"),
    path("egenkontroll/plan/ny/", planning_web.new, name="check-new"),
    path("egenkontroll/plan/nasta-ar/", planning_web.next_year, name="check-next-year"),
    path("egenkontroll/plan/<int:pk>/", planning_web.check, name="check"),
    path("egenkontroll/plan/<int:pk>/andra/", planning_web.change, name="check-change"),
    path("egenkontroll/plan/<int:pk>/ta-bort/", planning_web.remove, name="check-remove"),
    path("egenkontroll/checklistor/", writing_web.checklists, name="checklists"),
    path("egenkontroll/checklistor/ny/", writing_web.new, name="checklist-new"),
    path("egenkontroll/checklistor/<int:pk>/", writing_web.checklist, name="checklist"),
    path("egenkontroll/checklistor/<int:pk>/andra/", writing_web.edit, name="checklist-edit"),
    path("egenkontroll/checklistor/<int:pk>/kasta/", writing_web.drop, name="checklist-drop"),
    path("egenkontroll/checklistor/<int:pk>/avsluta/", writing_web.end, name="checklist-end"),
]
