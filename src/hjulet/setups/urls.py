from django.urls import path

from hjulet.setups import web

SETTING = "organisation/installningar/<str:key>"

urlpatterns = [
    path("organisation/installningar/", web.settings_page, name="settings"),
    path(f"{SETTING}/", web.setting, name="setting"),
    path(f"{SETTING}/andra/", web.setting_change, name="setting-change"),
    path(f"{SETTING}/ta-tillbaka/", web.setting_withdraw, name="setting-withdraw"),
]
