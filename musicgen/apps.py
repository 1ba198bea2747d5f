"""The switchboard's app: its commands and checks."""

from django.apps import AppConfig


class MusicgenConfig(AppConfig):
    name = "musicgen"

    def ready(self) -> None:
        from musicgen import checks  # noqa: F401 - registers them
