"""The marketplace's own addresses, and one more for the simulation."""

from django.urls import path

from config.urls_public import handler400, handler403, handler404, handler500
from config.urls_public import urlpatterns as product_urlpatterns
from simulation import door

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("simulation/<str:name>", door.operate), *product_urlpatterns]
