"""What a web server runs."""

import os

from django.core.wsgi import get_wsgi_application

from zhenwu.lib.memory import collect_rarely

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhenwu.site.settings")
application = get_wsgi_application()
collect_rarely()
