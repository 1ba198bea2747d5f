"""The form of an operation: made from a track or by ids, marked while typing, checked in one round."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.support.factories import make_lines, make_task, make_track, time_headings
from tests.support.html import Page
from tests.support.operation_forms import EVERY, SUNO, refused, sent
from tests.support.songs import make_song
from tracks import providers
from tracks.models import CatalogueEntry, Task, Track

FROM_TRACK = [
    (name, operation) for name, operation in EVERY if providers.get(name).operations[operation].needs_source
]


def form_of(provider: str, operation: str, source: Any = None) -> str:
    address = f"/tasks/new/?provider={provider}&operation={operation}"
    return f"{address}&source={source}" if source is not None else address


def suno_song(**over: Any) -> Track:
    task = make_task(provider="suno", status="succeeded", params={"model": "V4_5"})
    return make_song(task, **over)


def names_on(page: Page) -> set[str | None]:
    return {one.get("name") for tag in ("input", "textarea", "select") for one in page.named(tag)}


@pytest.mark.parametrize(("provider", "operation"), FROM_TRACK)
def test_a_form_about_a_track_has_no_fields_for_its_ids(staff: Client, provider: str, operation: str) -> None:
    source = make_song(make_task(provider=provider, status="succeeded"))
    page = Page(staff.get(form_of(provider, operation, source.pk)))
    naming = {
        f"p-{field.name}" for field in providers.get(provider).operations[operation].fields if field.names
    }
    assert not (naming | {"p-source_track"}) & names_on(page)
    assert f'href="/tracks/{source.pk}/"' in page.html
    assert [one["src"] for one in page.named("audio")] == [f"/api/v1/tracks/{source.pk}/media/audio"]


@pytest.mark.parametrize(("provider", "operation"), FROM_TRACK)
def test_without_a_track_its_number_will_do_for_the_ids(staff: Client, provider: str, operation: str) -> None:
    page = Page(staff.get(form_of(provider, operation)))
    naming = {
        f"p-{field.name}" for field in providers.get(provider).operations[operation].fields if field.names
    }
    assert naming | {"p-source_track"} <= names_on(page)
    required = {one["name"] for one in page.with_attribute("required") if "name" in one}
    assert not naming & required


def test_a_form_about_a_track_makes_a_task_of_it(staff: Client) -> None:
    source = suno_song()
    sent(staff, form_of("suno", "wav", source.pk))
    task = Task.objects.get(operation="wav")
    assert task.source_track == source
    assert task.params == {"taskId": source.task.external_id, "audioId": source.external_id}


def test_the_number_of_a_track_does_the_same(staff: Client) -> None:
    source = suno_song()
    sent(staff, form_of("suno", "wav"), source_track=str(source.pk))
    assert Task.objects.get(operation="wav").source_track == source


def test_a_recording_of_another_provider_can_be_taken_apart(staff: Client) -> None:
    source = suno_song()
    sent(staff, form_of("tempolor", "stems", source.pk))
    task = Task.objects.get(operation="stems")
    assert (task.source_track, task.params) == (source, {})


@pytest.mark.parametrize("number", ["999", "0", "-1", "1.5", "x", "9" * 30])
def test_a_number_that_is_no_tracks_is_refused_at_its_field(staff: Client, number: str) -> None:
    page = refused(staff, form_of("suno", "wav"), source_track=number)
    assert 'id="id_p-source_track_error"' in page.html
    assert "audioId is required" not in page.words


@pytest.mark.parametrize(
    ("operation", "otherwise"),
    [("wav", "its ids at the provider"), ("upload-cover", "a link to a recording")],
)
def test_a_missing_source_is_one_problem(staff: Client, operation: str, otherwise: str) -> None:
    page = refused(staff, form_of("suno", operation))
    detail = f"is required: the number of a song here, or else {otherwise} below."
    assert f"Song number {detail}" in page.words
    assert not [name for name in ("taskId", "audioId", "uploadUrl") if f"{name} is required" in page.words]


def test_a_half_named_source_is_refused_by_what_is_missing(staff: Client) -> None:
    page = refused(staff, form_of("suno", "wav"), taskId="t-1")
    assert "Song is required." in page.words
    assert 'id="id_p-source_track_error"' not in page.html


def test_the_latest_songs_are_suggested_by_name(staff: Client) -> None:
    song = suno_song(title="The Seed", position=1)
    make_song(make_task(), title="Elsewhere")
    suno_song(title="Lost", status="failed")
    page = Page(staff.get(form_of("suno", "wav")))
    [field] = [one for one in page.named("input") if one.get("name") == "p-source_track"]
    assert field["list"] == "suggestions-source_track"
    offered = [(one["value"], one["label"]) for one in page.named("option") if "label" in one]
    assert offered == [(str(song.pk), "The Seed · take 2")]
    assert "Elsewhere" in Page(staff.get(form_of("suno", "upload-cover"))).html


def test_problems_are_named_by_the_labels_of_the_form(staff: Client) -> None:
    source = suno_song()
    values = {"prompt": "la", "tags": "folk", "title": "Owls", "infillStartS": "9", "infillEndS": "3"}
    fields = {f"p-{name}": value for name, value in values.items()}
    answer = staff.post(form_of("suno", "replace-section", source.pk), {"once": "k1", **fields})
    words = Page(answer, status=400).words
    assert words.startswith("Not sent: Replace a section")
    assert "To must be later than “From”." in words


@pytest.mark.parametrize("number", ["1_2", "١٢", "１２", "+12", "0x10", "1,5", "nan", "inf", "²", "1 2"])
@pytest.mark.parametrize("field", ["styleWeight", "duration"])
def test_what_is_no_plain_number_is_refused(staff: Client, field: str, number: str) -> None:
    page = refused(staff, SUNO, instrumental="on", customMode="on", model="V5", **{field: number})
    assert "must be a number." in page.words


def test_an_unfit_track_is_refused_with_a_reason(staff: Client) -> None:
    source = suno_song(status="failed")
    page = Page(staff.post(form_of("suno", "wav", source.pk), {"once": "k1"}), status=400)
    says = f"The address of this page names track {source.pk}, which failed, so nothing can be made from it;"
    assert f"{says} choose another take." in page.words


def test_a_problem_of_a_field_that_is_filled_in_has_its_label(staff: Client) -> None:
    source = suno_song()
    source.assets.filter(kind="audio").update(duration_ms=481_000)
    texts = {"p-model": "V5", "p-prompt": "la", "p-title": "Owls", "p-style": "folk"}
    values = {"once": "k1", "p-customMode": "on", **texts}
    page = Page(staff.post(form_of("suno", "upload-cover", source.pk), values), status=400)
    assert "Recording holds 481 s of audio; at most 480 s are taken with V5." in page.words


@pytest.mark.parametrize("number", ["999", "x", "-1", "9" * 30, "١", "1_0", "+1"])
def test_a_form_about_no_track_is_not_found(staff: Client, number: str) -> None:
    assert staff.get(form_of("suno", "wav", number)).status_code == 404


def test_it_begins_with_the_model_of_the_song(staff: Client) -> None:
    page = Page(staff.get(form_of("suno", "extend", suno_song().pk)))
    [model] = [one for one in page.named("input") if one.get("name") == "p-model"]
    assert model["value"] == "V4_5"


def test_an_older_task_brings_its_track(staff: Client) -> None:
    source = suno_song()
    sent(staff, form_of("suno", "wav", source.pk))
    page = Page(staff.get("/tasks/new/", {"like": Task.objects.get(operation="wav").pk}))
    assert [form["action"] for form in page.named("form") if "data-once" in form] == [
        form_of("suno", "wav", source.pk)
    ]


def test_limits_and_needs_are_there_for_the_counter(staff: Client) -> None:
    page = Page(staff.get(SUNO))
    [prompt] = [one for one in page.with_attribute("data-limits") if one["for"] == "id_p-prompt"]
    limits = json.loads(str(prompt["data-limits"]))
    assert {"most": 500, "field": "id_p-customMode", "values": [False], "otherwise": True} in limits
    assert {"most": 3000, "field": "id_p-model", "values": ["V4"], "otherwise": "V5"} in limits
    [need] = [one for one in page.with_attribute("data-required-when") if one["data-for"] == "id_p-title"]
    assert json.loads(str(need["data-required-when"]))[0]["field"] == "id_p-customMode"
    assert "required with “My own words and style”" in page.words


def test_numbers_and_links_are_typed_as_such(staff: Client) -> None:
    source = suno_song()
    weight = '<input type="number" name="p-styleWeight"'
    assert weight in Page(staff.get(SUNO)).html
    assert weight in Page(staff.get(form_of("suno", "extend", source.pk))).html
    assert '<input type="url" name="p-uploadUrl"' in Page(staff.get(form_of("suno", "add-vocals"))).html


def test_every_problem_is_named_in_one_round(staff: Client) -> None:
    page = refused(
        staff,
        SUNO,
        customMode="on",
        model="V4",
        prompt="la",
        title="x" * 101,
        style="y" * 201,
        styleWeight="9",
    )
    for complaint in ("Title has 101", "Style has 201", "Closeness to the style is 9"):
        assert complaint in page.words


def test_the_lyrics_are_shown_as_they_will_be_sung(staff: Client) -> None:
    page = refused(staff, SUNO, customMode="on", model="V5", prompt="[Verse 1]\r\nOwls <b>dance</b>")
    assert "<h3>Verse 1</h3><p>Owls &lt;b&gt;dance&lt;/b&gt;</p>" in page.html


def test_a_name_that_is_not_in_the_list_is_a_warning_on_the_task(staff: Client) -> None:
    CatalogueEntry.objects.create(provider="tempolor", kind="model", name="TemPolor v4.5")
    page = sent(staff, form_of("tempolor", "generate"), prompt="owls", model="Brand New v9")
    assert "“Brand New v9” is not in our list" in page.words


def test_the_page_of_a_track_leads_to_what_can_be_made_from_it(staff: Client) -> None:
    source = suno_song()
    html = Page(staff.get(f"/tracks/{source.pk}/")).html.replace("&amp;", "&")
    for provider, operation in [("suno", "extend"), ("suno", "cover-image"), ("tempolor", "stems")]:
        assert f'href="{form_of(provider, operation, source.pk)}"' in html
    assert form_of("tempolor", "extend", source.pk) not in html


@pytest.mark.parametrize("over", [{"status": "pending"}, {"status": "failed"}, {"kind": "files"}])
def test_nothing_is_offered_of_what_is_no_finished_song(staff: Client, over: dict[str, str]) -> None:
    track = make_track(make_task(provider="suno"), **over)
    words = Page(staff.get(f"/tracks/{track.pk}/")).words
    assert "Order again with changes" in words
    assert not [offer for offer in ("Extend", "Replace a section", "Stems") if offer in words]


def test_every_choice_is_shown_in_words() -> None:
    for provider in providers.registered().values():
        for operation in provider.operations.values():
            for field in operation.fields:
                words = [field.in_words(choice) for choice in field.choices]
                assert not set(words) & set(field.choices), (operation.name, field.name)
                assert len(set(words)) == len(words)


def test_a_form_begins_with_words_style_and_title(staff: Client) -> None:
    html = Page(staff.get(SUNO)).html
    places = [html.index(f'name="p-{name}"') for name in ("prompt", "style", "title", "model", "styleWeight")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("address", "is_open"),
    [(SUNO, False), (f"{SUNO}&styleWeight=0.4", True), (f"{SUNO}&model=V4", False)],
)
def test_what_few_people_want_is_closed_until_it_has_a_value(
    staff: Client, address: str, is_open: bool
) -> None:
    [extra] = Page(staff.get(address)).with_attribute("data-extra")
    assert ("open" in extra) is is_open


def test_what_few_people_want_is_open_with_an_error(staff: Client) -> None:
    page = refused(
        staff, SUNO, customMode="on", model="V5", prompt="la", title="t", style="s", styleWeight="9"
    )
    [extra] = page.with_attribute("data-extra")
    assert "open" in extra
    assert [one["name"] for one in page.with_attribute("data-focus")] == ["p-styleWeight"]


def test_ids_that_a_songs_number_replaces_are_closed(staff: Client) -> None:
    html = Page(staff.get(form_of("suno", "wav"))).html
    before, extra = html.split("data-extra", 1)
    assert 'name="p-source_track"' in before
    assert 'name="p-audioId"' in extra.partition("</details>")[0]


@pytest.mark.parametrize(("provider", "operation"), EVERY)
def test_the_providers_names_stand_in_the_details_alone(staff: Client, provider: str, operation: str) -> None:
    html = Page(staff.get(form_of(provider, operation))).html
    before, _, details = html.partition('<dl class="field-names">')
    for field in providers.get(provider).operations[operation].fields:
        assert f">{field.name}<" not in before
        assert f'<code class="mono">{field.name}</code>' in details


def test_a_part_of_a_song_starts_with_its_title_and_style(staff: Client) -> None:
    source = suno_song(title="The Seed", style="slow waltz")
    page = Page(staff.get(form_of("suno", "replace-section", source.pk)))
    values = {one.get("name"): one.get("value") for one in page.named("input")}
    assert (values["p-title"], values["p-tags"]) == ("The Seed", "slow waltz")


def test_a_part_of_a_song_is_chosen_beside_its_waveform_and_limits(staff: Client) -> None:
    source = suno_song()
    make_lines(source, "verse", ("Owls", 1_000, 3_000), "chorus", ("Stars", 20_000, 22_000))
    time_headings(source, {"verse": 0, "chorus": 20_000})
    page = Page(staff.get(form_of("suno", "replace-section", source.pk)))
    [span] = page.with_attribute("data-span")
    limits = {name: span[f"data-{name}"] for name in ("length", "shortest", "longest", "most")}
    assert limits == {"length": "97", "shortest": "6", "longest": "60", "most": "48.5"}
    assert "6 to 60 s, at most half of the song" in page.words
    sections = [(one["data-from"], one["data-to"]) for one in page.with_attribute("data-section")]
    assert sections == [("0", "20"), ("20", "97")]
    assert [one["data-line"] for one in page.with_attribute("data-line")] == ["Owls", "Stars"]


def test_without_a_waveform_the_part_is_chosen_by_its_fields(staff: Client) -> None:
    source = suno_song()
    source.assets.update(waveform=b"")
    for address in (form_of("suno", "replace-section", source.pk), form_of("suno", "replace-section")):
        page = Page(staff.get(address))
        assert not page.with_attribute("data-span")
        assert {"p-infillStartS", "p-infillEndS"} <= names_on(page)
