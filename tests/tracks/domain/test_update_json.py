"""The JSON form of updates: nothing is lost, and digests recognise what was stated before."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from tests.support.statements import updates
from tests.support.task_updates import ready
from tracks.domain.update_json import digest, from_json, to_json
from tracks.domain.updates import AssetKind, AssetState, AssetUpdate, TaskState, TaskUpdate

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
AUDIO = AssetUpdate(AssetKind.AUDIO, AssetState.LINKED, url="https://m/1.mp3?s=1")
DRUMS = AssetUpdate(AssetKind.STEM, AssetState.WAITING, label="drums", member="drums.flac")


def update_of(*assets: AssetUpdate) -> TaskUpdate:
    track = ready("c1", title="Harbour Lights", duration_ms=96_000, finished_at=NOW, assets=assets)
    return TaskUpdate("t1", TaskState.DONE, tracks=(track,))


def digest_of(*assets: AssetUpdate) -> str:
    return digest(to_json(update_of(*assets)))


@given(updates)
def test_an_update_comes_back_as_it_was(update: TaskUpdate) -> None:
    stored = json.loads(json.dumps(to_json(update)))
    assert from_json(stored) == update
    assert to_json(from_json(stored)) == stored


@pytest.mark.parametrize("zone", ["+00:00", "+08:00"])
def test_an_expiry_comes_back_with_its_zone(zone: str) -> None:
    asset = replace(AUDIO, expires_at=datetime.fromisoformat(f"2026-05-01T12:00:00.5{zone}"))
    assert from_json(to_json(update_of(asset))) == update_of(asset)


def test_keys_of_a_later_version_are_ignored() -> None:
    assert from_json(to_json(update_of(AUDIO)) | {"later": 1}) == update_of(AUDIO)


def test_blanks_change_no_digest_of_an_earlier_version() -> None:
    assert "expires_at" not in str(to_json(update_of(AUDIO, DRUMS)))
    # Computed before updates had an expiry.
    stored = "3f291facbb7d0684b68f241b018c62abcf8530871751822dc123a6830cd387e3"
    assert digest_of(AUDIO, DRUMS) == stored


def test_a_fresh_signature_with_its_new_expiry_is_the_same_statement() -> None:
    old = replace(AUDIO, url="https://m/1.mp3?s=old", expires_at=NOW)
    new = replace(AUDIO, url="https://m/1.mp3?s=new", expires_at=NOW + timedelta(hours=1))
    assert digest_of(old) == digest_of(new)


def test_an_expiry_where_none_was_stated_is_another_statement() -> None:
    assert digest_of(AUDIO) != digest_of(replace(AUDIO, expires_at=NOW))
