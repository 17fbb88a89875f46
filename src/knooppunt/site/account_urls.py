"""The log-in pages that Knooppunt uses of allauth, and its own: no sign-up, no changing of the mail address."""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from django.urls import path, re_path
from django.views.generic import RedirectView

from knooppunt.kernel.doors import account_door
from knooppunt.site.entry import account as own
from knooppunt.site.entry import web

# allauth leads to these names after a change.
to_home = account_door()(RedirectView.as_view(pattern_name="account_home"))

urlpatterns = [
    path("", own.home, name="account_home"),
    path("sessies/", own.sessions_page, name="account_sessions"),
    path("sessies/beeindigen/", own.end_session, name="account_end_session"),
    path("sessies/andere/", own.end_other_sessions, name="account_end_other_sessions"),
    path("tweede-stap/", web.choose_factor, name="account_second_factor"),
    path("login/", web.log_in, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    # Closed by the adapter; allauth wants the name to exist.
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", web.change_password, name="account_change_password"),
    path("password/set/", web.set_password, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        web.set_password_by_mail,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("2fa/", to_home, name="mfa_index"),
    path("2fa/authenticate/", web.second_factor, name="mfa_authenticate"),
    path("2fa/reauthenticate/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", web.add_app, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", web.remove_app, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", web.renew_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("passkeys/", to_home, name="mfa_list_webauthn"),
    path("passkeys/login/", web.log_in_with_passkey, name="mfa_login_webauthn"),
    path("passkeys/reauthenticate/", web.say_again_with_passkey, name="mfa_reauthenticate_webauthn"),
    path("passkeys/add/", web.add_passkey, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/edit/", web.rename_passkey, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", web.remove_passkey, name="mfa_remove_webauthn"),
    path("organisatie/<slug:code>/", own.sso_begin, name="sso_begin"),
    path("organisatie/<slug:code>/koppelen/", own.sso_bind, name="sso_bind"),
    path("organisatie/<slug:code>/losmaken/", own.sso_unbind, name="sso_unbind"),
    path("organisatie/<slug:code>/terug/", own.sso_callback, name="sso_callback"),
]
