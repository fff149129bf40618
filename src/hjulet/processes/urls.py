from django.urls import path

from hjulet.processes import drafting, hurts, pen, table, web

ONE, DRAFT = "processer/<slug:code>", "processer/<slug:code>/utkast"
urlpatterns = [
    path("processer/", web.processes, name="processes"),
    path("processer/gor-ont/", hurts.where_it_hurts, name="processes-hurt"),
    path("processer/ny/", drafting.new, name="process-new"),
    path(f"{ONE}/", web.process, name="process"),
    path(f"{ONE}/version/<int:number>/", web.version, name="process-version"),
    path(f"{ONE}/jamfor/", web.compared, name="process-compare"),
    path(f"{ONE}/bpmn/", web.as_bpmn, name="process-bpmn"),
    path(f"{ONE}/bild.svg", web.as_svg, name="process-svg"),
    path(f"{ONE}/steg/<str:element>/", web.step, name="process-step"),
    path(f"{ONE}/steg/<str:element>/hor-till/", table.hang, name="process-hang"),
    path(f"{ONE}/uppgifter/", drafting.facts, name="process-facts"),
    path(f"{ONE}/ny-version/", drafting.begin, name="process-begin"),
    path(f"{ONE}/upphav/", drafting.withdraw, name="process-withdraw"),
    path(f"{DRAFT}/", drafting.draft, name="process-draft"),
    path(f"{DRAFT}/rita/", pen.draw, name="process-draw"),
    path(f"{DRAFT}/bpmn/", pen.draft_file, name="process-draft-file"),
    path(f"{DRAFT}/spara/", pen.save, name="process-save"),
    path(f"{DRAFT}/fil/", pen.upload, name="process-upload"),
    path(f"{DRAFT}/nytt/", drafting.changes, name="process-changes"),
    path(f"{DRAFT}/rita-om/", table.redraw, name="process-redraw"),
    path(f"{DRAFT}/steg/", table.step_new, name="process-step-new"),
    path(f"{DRAFT}/steg/<str:element>/", table.step_change, name="process-step-change"),
    path(f"{DRAFT}/steg/<str:element>/flytta/", table.step_move, name="process-step-move"),
    path(f"{DRAFT}/steg/<str:element>/ta-bort/", table.step_remove, name="process-step-remove"),
    path(f"{DRAFT}/be-om-godkannande/", drafting.ask, name="process-ask"),
    path(f"{DRAFT}/ta-tillbaka/", drafting.take_back, name="process-take-back"),
    path(f"{DRAFT}/skicka-tillbaka/", drafting.send_back, name="process-send-back"),
    path(f"{DRAFT}/publicera/", drafting.publish, name="process-publish"),
    path(f"{DRAFT}/kasta/", drafting.drop, name="process-drop"),
]
