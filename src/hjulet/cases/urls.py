from django.urls import path

from hjulet.cases import acts, front_door, public_door, reporting, searching, web

urlpatterns = [
    path("rapportera/", reporting.report, name="report"),
    path("rapportera/anonymt/", front_door.report_unnamed, name="report-unnamed"),
    path("rapportera/anonymt/svar/", front_door.unnamed_inbox, name="unnamed-inbox"),
    path("rapportera/lasare/", reporting.readers, name="report-readers"),
    path("rapportera/tack/<str:ref>/", reporting.sent, name="report-sent"),
    path("rapportera/mina/", reporting.my_reports, name="my-reports"),
    path("rapportera/mina/<str:ref>/", reporting.my_report, name="my-report"),
    path("rapportera/forslag/", reporting.triage, name="triage"),
    path("synpunkt/", public_door.voice, name="voice"),
    path("synpunkt/folj/", public_door.voice_follow, name="voice-follow"),
    path("synpunkt/ny/", public_door.voice_new, name="voice-new"),
    path("arenden/", web.case_list, name="cases"),
    path("arenden/export/", web.export, name="cases-export"),
    path("arenden/byt-handlaggare/", web.bulk_assign, name="cases-assign"),
    path("arenden/<str:ref>/", web.case_page, name="case"),
    path("arenden/<str:ref>/steg/<slug:name>/", web.step_page, name="case-step"),
    path("arenden/<str:ref>/anteckning/", acts.new_note, name="case-note"),
    path("arenden/<str:ref>/orsak/", acts.new_cause, name="case-cause"),
    path("arenden/<str:ref>/orsak/<int:number>/atgard/", acts.new_measure, name="case-measure"),
    path("arenden/<str:ref>/orsak/<int:number>/motivera/", acts.no_measure, name="case-no-measure"),
    path("arenden/<str:ref>/den-enskilde/", acts.person_informed, name="case-informed"),
    path("arenden/<str:ref>/uppgift/<slug:code>/", acts.enter, name="case-entry"),
    path("arenden/<str:ref>/fraga/", acts.ask_reporter, name="case-ask"),
    path("arenden/<str:ref>/fil/", acts.new_file, name="case-file-new"),
    path("arenden/<str:ref>/fil/<int:number>/", acts.file, name="case-file"),
    path("sok/", searching.search, name="search"),
]
