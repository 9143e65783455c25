import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# The base of every task that names no other: public schema, purpose "worker", nothing left for the next task.
app = Celery("muster", task_cls="tenants.tasks:PlatformTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
