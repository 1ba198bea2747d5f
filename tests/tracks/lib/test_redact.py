"""What is blanked: keys and tokens, wherever they stand; and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test.utils import override_settings
from hypothesis import given
from hypothesis import strategies as st

from tests.support.spellings import ENCODINGS, SPELLINGS, Spelling, spelled
from tracks.domain.updates import ErrorKind, Fault, TaskState, TaskUpdate, TrackUpdate
from tracks.lib.redact import MARK, MARK_BYTES, redact, redact_bytes, redact_log, redact_text

KEYS = {"SUNO_API_KEY": "sk-suno-0123456789", "SUNO_WEBHOOK_KEY": "hook-0123456789"}
SECRETS = [*KEYS.values(), "shared-token-1"]
TASK_TOKEN = "12-0123456789abcdef." + "aB3_-xYz9Kq" * 3 + "0123456789"
FILE_TOKEN = "7-12.1wEx4t." + "aB3_-xYz9Kq" * 3 + "0123456789"


@pytest.fixture(autouse=True)
def _secrets() -> Any:
    with override_settings(**KEYS, CALLBACK_TOKENS=["shared-token-1"]):
        yield


@pytest.mark.parametrize("secret", SECRETS)
def test_a_key_is_blanked_in_any_text(secret: str) -> None:
    assert redact_text(f"The key {secret} is wrong.") == f"The key {MARK} is wrong."
    assert redact_log(f"key={secret}") == f"key={MARK}"
    assert redact_bytes(f'{{"key": "{secret}"}}'.encode(), "") == b'{"key": "***"}'


@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ("https://songs.example/callbacks/suno/12-ab.sig/", "https://songs.example/callbacks/suno/…/"),
        ("https://songs.example/callbacks/suno/12-ab.sig", "https://songs.example/callbacks/suno/…"),
        ("/CALLBACKS//tempolor//12-ab.sig?x=1", "/CALLBACKS//tempolor//…?x=1"),
        (
            r"{\"url\": \"https:\/\/x\/callbacks\/suno\/12-ab.sig\/\"}",
            r"{\"url\": \"https:\/\/x\/callbacks\/suno\/…\/\"}",
        ),
        ('{"a":"/callbacks/suno/12-ab.sig","b":1}', '{"a":"/callbacks/suno/…","b":1}'),
        ("see /shared/7-9:sig.x/ there", "see /shared/…/ there"),
    ],
)
def test_the_token_of_an_address_is_blanked_and_the_rest_stays(text: str, blanked: str) -> None:
    assert redact_text(text) == blanked


@pytest.mark.parametrize("token", ["12-ab.sig", '"12-ab.sig', "12-ab'sig", "%2012-ab.sig", "12#ab?c"])
def test_in_a_log_all_that_stands_in_a_tokens_place_is_blanked(token: str) -> None:
    assert redact_log(f"Forbidden: /callbacks/suno/{token}/") == "Forbidden: /callbacks/suno/…/"


def test_the_token_of_its_own_address_is_blanked_in_a_body() -> None:
    assert redact_bytes(b'{"url": "/callbacks/suno/12-abcdef.sig/"}', "12-abcdef.sig") == (
        b'{"url": "/callbacks/suno/***/"}'
    )


def test_a_short_setting_blanks_no_innocent_words() -> None:
    with override_settings(SUNO_API_KEY="demo"):
        assert redact_text("a demo of demolition") == "a demo of demolition"


def test_an_update_keeps_its_shape() -> None:
    fault = Fault("401", ErrorKind.AUTH, f"{KEYS['SUNO_API_KEY']} is unknown")
    update = TaskUpdate("a1", TaskState.FAILED, error=fault, tracks=(TrackUpdate("c1", title="Owls"),))
    redacted = redact(update)
    assert redacted.error == Fault("401", ErrorKind.AUTH, f"{MARK} is unknown")
    assert (redacted.external_id, redacted.state, redacted.tracks) == ("a1", TaskState.FAILED, update.tracks)


def test_what_holds_no_secret_is_the_same_object() -> None:
    update = TaskUpdate("a1", tracks=(TrackUpdate("c1", title="Owls"),))
    assert redact(update) is update


values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text() | st.sampled_from(SECRETS),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(values)
def test_no_secret_is_left_in_any_value(value: Any) -> None:
    left = json.dumps(list(texts(redact(value))))
    assert not any(secret in left for secret in SECRETS)
    assert redact(redact(value)) == redact(value)


def texts(value: Any) -> Any:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(inner)


@pytest.mark.parametrize("token", [TASK_TOKEN, FILE_TOKEN, TASK_TOKEN.lower()])
@pytest.mark.parametrize(
    "around",
    [
        "Forbidden: /callbacks/tempolor/ {}/",
        "Forbidden: /callbacks/su no/{}/",
        "Not Found: /callback/suno/{}/more/pieces",
        "Not Found: /callbacks/suno/a/b/{}",
        "Invalid HTTP_HOST header: '{}'.",
        "{}",
        "x{}y",
        "-{}-",
        "%{}%",
        "a\x00{}",
    ],
)
def test_any_token_that_we_sign_is_blanked_wherever_it_stands(token: str, around: str) -> None:
    signature = token.rpartition(".")[2]
    text = around.format(token)
    for left in (redact_text(text), redact_log(text), redact_bytes(text.encode(), "").decode()):
        assert signature not in left
        assert left.startswith(around[:3].partition("{")[0])


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("secret", [*SECRETS, TASK_TOKEN, FILE_TOKEN])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_secret_in_another_spelling_is_blanked_and_json_stays_json(
    encoding: str, secret: str, spelling: Spelling
) -> None:
    body = f'{{"said": "Ö {spelling(spelling(secret))} ü", "code": 200}}'
    left = redact_bytes(body.encode(encoding), "")
    assert json.loads(left.decode(encoding)) == {"said": "Ö *** ü", "code": 200}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_token_of_its_own_address_is_blanked_in_every_encoding(encoding: str) -> None:
    left = redact_bytes('{"url": "/callbacks/suno/12-abcdef.sig/"}'.encode(encoding), "12-abcdef.sig")
    assert left.decode(encoding) == '{"url": "/callbacks/suno/***/"}'


keys = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40)


@given(st.data(), keys, st.text(), st.text(), st.sampled_from(ENCODINGS))
def test_no_spelling_of_any_key_is_left(data: Any, key: str, before: str, after: str, encoding: str) -> None:
    there = data.draw(spelled(key))
    text = before + there + after
    with override_settings(SUNO_API_KEY=key):
        assert there not in redact_text(text)
        assert there not in redact_log(text)
        left = redact_bytes(text.encode(encoding, "surrogatepass"), "")
        assert there.encode(encoding) not in left


@given(st.data(), st.sampled_from([*SECRETS, TASK_TOKEN, FILE_TOKEN]), st.sampled_from(ENCODINGS))
def test_all_around_a_secret_stays_as_it_came(data: Any, secret: str, encoding: str) -> None:
    around = st.text(st.characters(codec="utf-8", exclude_characters="\0")).map(lambda text: text + " ")
    before, after = data.draw(around), " " + data.draw(around)
    left = redact_bytes((before + data.draw(spelled(secret)) + after).encode(encoding), "")
    assert left == before.encode(encoding) + MARK_BYTES.decode().encode(encoding) + after.encode(encoding)


@given(st.binary() | st.text().map(str.encode))
def test_bytes_without_a_secret_are_the_same(raw: bytes) -> None:
    assert redact_bytes(raw, "") == raw


@pytest.mark.parametrize(
    "unit", ["1", "-", "\\", "%25", "%", "\\u0025", "12-0123456789abcdef.", "\0", "\\\\u"]
)
def test_no_body_of_the_largest_size_takes_long(unit: str) -> None:
    """A pattern that tried again at each character would not come to an end here."""
    raw = (unit * (1024 * 1024 // len(unit))).encode()
    assert redact_bytes(raw, "") == raw
