"""Django's own admin, for superusers only: `is_staff` alone opens nothing."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest


class SuperusersSite(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and request.user.is_superuser
