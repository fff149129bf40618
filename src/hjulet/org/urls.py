from django.urls import path

from hjulet.org import account, key_pages
from hjulet.org.page_urls import urlpatterns as pages

urlpatterns = [
    path("konto/", account.account, name="account"),
    path("konto/logga-in/", account.login, name="login"),
    path("konto/logga-ut/", account.logout, name="logout"),
    path("konto/logga-ut-overallt/", account.logout_everywhere, name="logout-everywhere"),
    path("konto/utloggad/", account.logged_out, name="logged-out"),
    path("konto/demo/", account.demo_login, name="demo-login"),
    path("konto/losenord/", account.password, name="password"),
    path("konto/api-nycklar/", key_pages.token_list, name="tokens"),
    path("konto/api-nycklar/<int:pk>/aterkalla/", key_pages.token_revoke, name="token-revoke"),
    *pages,
]
