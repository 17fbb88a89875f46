"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knooppunt.site.settings")

application = get_wsgi_application()

# Every page is read now: a mistake in one of them shows at the start, and the first visitor need not wait.
get_resolver().url_patterns  # noqa: B018 - it is the reading that counts
