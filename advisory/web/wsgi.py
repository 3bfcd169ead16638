"""The WSGI entrance: `gunicorn advisory.web.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advisory.settings")
application = get_wsgi_application()
