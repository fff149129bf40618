"""Addresses of the organisation's pages; org/urls.py includes them."""

from django.urls import path

from hjulet.org import delegations, duties, people, units, web

UNIT = "organisation/enhet/<str:code>"
PERSON = "organisation/personer/<int:pk>"

urlpatterns = [
    path("organisation/", web.organisation, name="organisation"),
    path(f"{UNIT}/", web.unit, name="unit"),
    path(f"{UNIT}/ny/", units.unit_new, name="unit-new"),
    path(f"{UNIT}/namn/", units.unit_rename, name="unit-rename"),
    path(f"{UNIT}/uppgifter/", units.unit_change, name="unit-change"),
    path(f"{UNIT}/flytta/", units.unit_move, name="unit-move"),
    path(f"{UNIT}/stang/", units.unit_close, name="unit-close"),
    path(f"{UNIT}/sla-ihop/", units.unit_merge, name="unit-merge"),
    path(f"{UNIT}/dela/", units.unit_split, name="unit-split"),
    path(f"{UNIT}/roll/", units.unit_assign, name="unit-assign"),
    path("organisation/personer/", people.people, name="people"),
    path("organisation/personer/ny/", people.person_new, name="person-new"),
    path(f"{PERSON}/", people.person, name="person"),
    path(f"{PERSON}/andra/", people.person_change, name="person-change"),
    path(f"{PERSON}/stang/", people.person_deactivate, name="person-deactivate"),
    path(f"{PERSON}/oppna/", people.person_activate, name="person-activate"),
    path(f"{PERSON}/logga-ut/", people.person_logout, name="person-logout"),
    path(f"{PERSON}/roll/", people.person_assign, name="person-assign"),
    path(f"{PERSON}/franvaro/", people.person_deputy, name="person-deputy"),
    path("organisation/uppdrag/<int:pk>/avsluta/", people.assignment_end, name="assignment-end"),
    path("organisation/franvaro/<int:pk>/avsluta/", people.deputy_end, name="deputy-end"),
    path("organisation/roller/", duties.roles, name="roles"),
    path("organisation/roller/<slug:code>/namn/", duties.role_rename, name="role-rename"),
    path("organisation/roller/<slug:code>/uppgifter/", duties.role_duties, name="role-duties"),
    path("organisation/ansvar/", duties.responsibilities, name="responsibilities"),
    path("organisation/ansvar/<slug:duty>/", duties.responsibility, name="responsibility"),
    path("organisation/ansvar/<slug:duty>/andra/", duties.responsibility_change, name="responsibility-change"),
    path("organisation/delegationer/", delegations.delegations, name="delegations"),
    path("organisation/delegationer/ny/", delegations.delegation_new, name="delegation-new"),
    path("organisation/delegationer/<int:pk>/avsluta/", delegations.delegation_end, name="delegation-end"),
    path("organisation/mottagare/", duties.receivers, name="receivers"),
    path("organisation/mottagare/<slug:track>/<slug:word>/", duties.receiver_change, name="receiver-change"),
]
