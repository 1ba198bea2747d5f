"""The page for a fault of ours needs nothing that may be broken."""

from __future__ import annotations

from django.test import RequestFactory

from musicgen.error_pages import server_error


def test_a_fault_of_ours_is_said_without_session_and_database() -> None:
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()
