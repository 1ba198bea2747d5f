"""A new task: the cards, the form of each operation, and that one form makes one task."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.factories import make_task, make_track
from tests.support.html import Page
from tests.support.operation_forms import EVERY, SUNO, TEMPOLOR, refused, sent
from tracks import providers
from tracks.models import CatalogueEntry, Task


def test_the_cards_are_exactly_what_is_declared(staff: Client) -> None:
    links = [link["href"] for link in Page(staff.get("/tasks/new/")).named("a")]
    offered = [link for link in links if link and "operation=" in link]
    assert sorted(offered) == sorted(
        f"/tasks/new/?provider={name}&operation={operation}" for name, operation in EVERY
    )


def test_the_cards_stand_by_what_they_need(staff: Client) -> None:
    words = Page(staff.get("/tasks/new/")).words
    nothing, track, recording = (words.index(f"From {what}") for what in ("nothing", "a song", "a recording"))
    assert (
        nothing < words.index("Lyrics") < track < words.index("WAV file") < recording < words.index("Stems")
    )


@pytest.mark.parametrize(("provider", "operation"), EVERY)
def test_every_operation_has_a_form_with_all_its_fields(staff: Client, provider: str, operation: str) -> None:
    page = Page(staff.get("/tasks/new/", {"provider": provider, "operation": operation}))
    declared = providers.get(provider).operations[operation].fields
    named = {one.get("name") for tag in ("input", "textarea", "select") for one in page.named(tag)}
    assert {f"p-{field.name}" for field in declared} <= named
    assert all(field.label in page.words and field.name in page.words for field in declared)
    labelled = {label.get("for") for label in page.named("label")}
    assert {f"id_p-{field.name}" for field in declared} <= labelled


def test_fields_carry_their_limits_suggestions_and_defaults(staff: Client) -> None:
    CatalogueEntry.objects.create(provider="tempolor", kind="model", name="TemPolor v4.6")
    page = Page(staff.get(TEMPOLOR))
    [prompt] = [one for one in page.named("textarea") if one["name"] == "p-prompt"]
    assert (prompt["maxlength"], "required" in prompt) == ("1000", True)
    [model] = [one for one in page.named("input") if one.get("name") == "p-model"]
    assert (model["value"], model["list"]) == ("TemPolor v4.5", "suggestions-model")
    assert '<option value="TemPolor v4.6">' in page.html
    assert 'data-count="1000"' in page.html


def test_a_sent_form_makes_a_task_of_typed_parameters(staff: Client) -> None:
    page = sent(
        staff, SUNO, customMode="on", prompt="[verse]\r\nOwls\r\n", title=" Owls ", style="Waltz", model="V5",
        styleWeight="0.65", negativeTags="",
    )  # fmt: skip
    task = Task.objects.get()
    assert task.params == {
        "customMode": True,
        "instrumental": False,
        "model": "V5",
        "prompt": "[verse]\nOwls\n",
        "title": "Owls",
        "style": "Waltz",
        "styleWeight": 0.65,
    }
    assert (task.status, task.created_by and task.created_by.username) == ("queued", "ada")
    assert "Task created." in page.words


def test_blank_optional_fields_are_left_out(staff: Client) -> None:
    sent(staff, TEMPOLOR, prompt="owls", model="TemPolor v4.5", lyrics="  ", voice_id="", action="")
    assert Task.objects.get().params == {"prompt": "owls", "model": "TemPolor v4.5"}


def test_the_same_form_sent_twice_makes_one_task(staff: Client) -> None:
    sent(staff, TEMPOLOR, prompt="owls", model="TemPolor v4.5")
    page = sent(staff, TEMPOLOR, prompt="owls", model="TemPolor v4.5")
    assert Task.objects.count() == 1
    assert "This was already sent; this is its task." in page.words


def test_a_form_gone_back_to_and_changed_asks_before_it_makes_another(staff: Client) -> None:
    sent(staff, TEMPOLOR, prompt="owls", model="TemPolor v4.5")
    answer = staff.post(TEMPOLOR, {"once": "k1", "p-prompt": "mice", "p-model": "TemPolor v4.5"})
    page = Page(answer, status=409)
    assert "This form was already sent with other content." in page.words
    [once] = [one["value"] for one in page.named("input") if one.get("name") == "once"]
    sent(staff, TEMPOLOR, once=str(once), prompt="mice", model="TemPolor v4.5")
    assert Task.objects.count() == 2


def test_each_form_has_a_key_of_its_own(staff: Client) -> None:
    keys = {
        one["value"]
        for _ in range(2)
        for one in Page(staff.get(TEMPOLOR)).named("input")
        if one.get("name") == "once"
    }
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("address", "values", "field", "complaint"),
    [
        (TEMPOLOR, {"prompt": ""}, "prompt", "Description is required."),
        (TEMPOLOR, {"prompt": "   "}, "prompt", "Description is required."),
        (
            TEMPOLOR,
            {"prompt": "x" * 1001},
            "prompt",
            "Description has 1001 characters; at most 1000 are allowed.",
        ),
        (TEMPOLOR, {"action": "fly"}, "action", "Use of the recording must be one of: upload_cover."),
        (TEMPOLOR, {"action": "upload_cover"}, "upload_audio_url", "Recording is required"),
        (
            TEMPOLOR,
            {"action": "upload_cover", "upload_audio_url": "ftp://a/b"},
            "upload_audio_url",
            "Recording must be an http or https link.",
        ),
        (SUNO, {"styleWeight": "lots"}, "styleWeight", "Closeness to the style must be a number."),
        (SUNO, {"styleWeight": "nan"}, "styleWeight", "Closeness to the style must be a number."),
        (SUNO, {"styleWeight": "inf"}, "styleWeight", "Closeness to the style must be a number."),
        (SUNO, {"styleWeight": "2"}, "styleWeight", "Closeness to the style is 2; at most 1 is allowed."),
        (
            SUNO,
            {"prompt": "o" * 501},
            "prompt",
            "description has 501 characters; at most 500 are allowed without “My own words and style”",
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    staff: Client, address: str, values: dict[str, str], field: str, complaint: str
) -> None:
    page = refused(staff, address, **{"model": "V5", "prompt": "owls"} | values)
    assert complaint in page.words
    assert "It was not sent." in page.words
    assert f'id="id_p-{field}_error"' in page.html
    [focused] = [one.get("name") for one in page.with_attribute("data-focus")]
    assert focused == f"p-{field}"


def test_what_was_typed_is_not_lost(staff: Client) -> None:
    page = refused(staff, TEMPOLOR, prompt="owls & mice", model="")
    assert "owls & mice" in page.words


def test_a_callback_field_cannot_be_smuggled_in(staff: Client) -> None:
    sent(staff, TEMPOLOR, prompt="owls", model="m", callback_url="https://evil.example/")
    assert Task.objects.get().params == {"prompt": "owls", "model": "m"}


@pytest.mark.parametrize(
    "query",
    [
        "provider=tempolor&operation=fly",
        "provider=nobody&operation=generate",
        "operation=generate",
        "like=999",
        "like=abc",
        f"like={10**30}",
        "like=-1",
    ],
)
def test_what_nobody_offers_is_not_found(staff: Client, query: str) -> None:
    assert staff.get(f"/tasks/new/?{query}").status_code == 404


def test_sending_without_an_operation_changes_nothing(staff: Client) -> None:
    assert staff.post("/tasks/new/", {"p-prompt": "owls"}).status_code == 200
    assert not Task.objects.exists()


def test_an_older_task_can_be_sent_again_with_changes(staff: Client) -> None:
    task = make_task(status="failed", params={"prompt": "refused words", "model": "Mureka V9"})
    page = Page(staff.get("/tasks/new/", {"like": task.pk}))
    assert "refused words" in page.words
    assert 'value="Mureka V9"' in page.html
    assert [form["action"] for form in page.named("form") if "data-once" in form] == [TEMPOLOR]


def test_the_address_can_bring_values(staff: Client) -> None:
    page = Page(staff.get(f"{TEMPOLOR}&prompt=from+elsewhere"))
    assert ">\nfrom elsewhere</textarea>" in page.html


def test_a_song_of_a_recording_starts_with_the_action_and_a_model_that_can(staff: Client) -> None:
    source = make_track(
        make_task(provider="tempolor", operation="generate", params={"model": "TemPolor v4.5"})
    )
    page = Page(staff.get(f"{TEMPOLOR}&source={source.pk}"))
    [model] = [one for one in page.named("input") if one.get("name") == "p-model"]
    assert model["value"] == "TemPolor v4.6"
    assert '<option value="upload_cover" selected>' in page.html
