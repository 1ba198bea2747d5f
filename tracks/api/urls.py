"""The REST API's addresses."""

urlpatterns: list = []
