from django.urls import URLPattern, path

from hjulet.management_system import web

urlpatterns: list[URLPattern] = [
    path("ledningssystem/", web.today, name="management-system"),
    path("ledningssystem/utforare/", web.for_providers, name="management-system-providers"),
    path("ledningssystem/pdf/", web.as_pdf, name="management-system-pdf"),
    path("ledningssystem/jamfor/", web.compare, name="management-system-compare"),
    path("ledningssystem/versioner/", web.versions, name="management-system-versions"),
    path("ledningssystem/version/<int:number>/", web.version, name="management-system-version"),
    path("ledningssystem/anta/", web.adopt, name="management-system-adopt"),
    path("ledningssystem/avsnitt/<slug:key>/", web.section, name="management-system-section"),
]
