import os

from django.core.wsgi import get_wsgi_application

from hjulet.core import net

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hjulet.config.settings")
net.nobody_unless_asked()
application = get_wsgi_application()
