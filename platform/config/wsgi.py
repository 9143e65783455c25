import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# Every page of every host, before the first request has to wait for them.
for _urlconf in {settings.ROOT_URLCONF, *settings.TENANT_URLCONFS.values()}:
    import_module(_urlconf)
# What is loaded by now stays. Not looked through again, it no longer holds one page in two hundred up for the tenth of
# a second that a full collection takes over all of it.
gc.collect()
gc.freeze()
