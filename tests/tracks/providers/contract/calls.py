"""What a provider sends, what its answers come to, and how it judges callbacks."""

from __future__ import annotations

import traceback
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.any_json import anything
from tests.support.examples import examples
from tests.support.http_server import Reply, json_reply, serving
from tests.support.operation_samples import sample
from tests.support.payloads import bent
from tests.tracks.providers.contract.described import BACK, KEY, SHARED, Described
from tracks.domain.updates import ErrorKind, TaskState
from tracks.providers.base import (
    AnswerLost,
    NotOffered,
    NotSent,
    PollTarget,
    Refused,
    SubmittedWith,
    Unreadable,
)

# Answers that are not in a provider's own form; a submit that was answered so may have been taken.
UNCLEAR = {
    "a gateway's error": json_reply({"status": 502, "code": 502, "error": "Bad Gateway"}, 502),
    "a success of something else": json_reply({"status": 200, "code": 200, "message": "ok"}),
    "another gateway's error": json_reply({"timestamp": 1, "status": 500, "error": "oops"}, 500),
    "a code that is none": json_reply({"code": "E1", "status": "E1", "msg": "?"}),
    "a list": json_reply([]),
    "null": json_reply(None),
    "an error page": Reply(b"<html>oops</html>", 500),
    "a page": Reply(b"<html>welcome</html>", 200),
    "a redirect": Reply(b"", 302, {"Location": "http://127.0.0.1:9/"}),
    "another redirect": Reply(b"", 307, {"Location": "http://127.0.0.1:9/"}),
    "no answer": None,
}


class Calls(Described):
    """What is sent, what an answer comes to, and how a callback is judged."""

    # --- What is sent --------------------------------------------------------------------------------------
    def test_a_submit_goes_to_its_path_with_the_key_and_the_callback(self, operation: str) -> None:
        with serving(json_reply(self.taken())) as service:
            provider = self.build(service.url)
            declared = provider.operations[operation]
            params = sample(declared)
            update = provider.submit(operation, params, BACK)
        (request,) = service.requests
        assert (request.method, request.path) == ("POST", self.paths[operation][0])
        assert request.headers["Authorization"] == self.authorization
        assert request.json == {**params, declared.callback_field: BACK}
        assert (update.external_id, update.state) == (self.submit_id, TaskState.RUNNING)
        assert len(update.tracks) == self.tracks_at_submit
        self.check_updates([update])

    def test_a_query_is_one_request_at_the_path_of_its_operation(self, operation: str) -> None:
        with serving(json_reply(self.reported(operation, [self.submit_id]))) as service:
            provider = self.build(service.url)
            (update,) = provider.query([PollTarget(operation, self.submit_id)])
        (request,) = service.requests
        path = request.path.partition("?")[0]
        assert (request.method, path) == (self.query_method, self.paths[operation][1])
        assert request.headers["Authorization"] == self.authorization
        assert self.submit_id in request.path + request.body.decode()
        assert (update.external_id, update.state) == (self.submit_id, self.reported_state)
        assert {track.kind for track in update.tracks} == {provider.operations[operation].makes}
        self.check_updates([update])

    def test_as_many_ids_as_a_query_may_name_are_one_request(self) -> None:
        operation, batch = next(iter(self.paths)), self.build().batch
        ids = [self.submit_id, *(str(number) for number in range(1, batch))]
        with serving(json_reply(self.reported(operation, ids))) as service:
            updates = self.build(service.url).query([PollTarget(operation, one) for one in ids])
        assert len(service.requests) == 1
        assert [update.external_id for update in updates] == ids

    def test_what_is_not_one_query_is_not_sent(self) -> None:
        operation, *others = self.paths
        batch = self.build().batch
        too_many = [PollTarget(operation, str(number)) for number in range(batch + 1)]
        mixed = [[PollTarget(operation, "1"), PollTarget(other, "2")] for other in others[-1:]]
        with serving(json_reply(self.reported(operation, ["1"]))) as service:
            for targets in [[], too_many, *mixed]:
                with pytest.raises(ValueError, match=r"One query|values to unpack"):
                    self.build(service.url).query(targets)
        assert service.requests == []

    def test_each_call_is_one_request_whatever_is_answered(self, call: str) -> None:
        refusal = self.refusal("no")
        replies = [json_reply(self.success(call)), json_reply(refusal), json_reply(refusal, 503)]
        for reply in [*replies, *UNCLEAR.values()]:
            assert len(self.requests_of(call, reply)) == 1

    def test_what_is_not_offered_is_not_sent(self) -> None:
        with serving(json_reply({})) as service:
            provider = self.build(service.url)
            for call in {"word_timing", "balance"} - set(self.calls()):
                with pytest.raises(NotOffered):
                    self.make(call, provider)
        assert service.requests == []

    # --- What can go wrong ---------------------------------------------------------------------------------
    @pytest.mark.parametrize("http", [200, 400, 401, 429, 500, 503])
    def test_a_refusal_is_read_from_the_body_at_any_http_status(self, call: str, http: int) -> None:
        error = self.error_of(call, json_reply(self.refusal("no more"), http, Retry_After="9"))
        assert isinstance(error, Refused)
        assert (error.fault.kind, error.fault.message) == (self.refusal_kind, "no more")
        assert error.retry_after == 9

    def test_a_query_about_what_is_not_there_is_refused(self) -> None:
        error = self.error_of("query", json_reply(self.not_found()))
        assert isinstance(error, Refused)
        assert error.fault.kind is ErrorKind.NOT_FOUND

    @pytest.mark.parametrize("reply", UNCLEAR.values(), ids=UNCLEAR)
    def test_an_answer_in_no_form_of_its_own_is_lost(self, call: str, reply: Reply | None) -> None:
        assert isinstance(self.error_of(call, reply), AnswerLost)

    @pytest.mark.parametrize(("http", "error"), [(401, Refused), (404, Refused), (409, AnswerLost)])
    def test_a_plain_http_error_is_refused_unless_it_may_have_been_taken(
        self, call: str, http: int, error: type[Exception]
    ) -> None:
        assert isinstance(self.error_of(call, Reply(b"<html>no</html>", http)), error)

    def test_a_success_without_what_was_asked_for_is_lost(self) -> None:
        answers = {"submit": self.no_id, "query": self.no_task, "balance": self.no_balance}
        for call, bodies in answers.items():
            for body in bodies:
                assert isinstance(self.error_of(call, json_reply(body)), AnswerLost), (call, body)

    def test_nobody_there_is_not_sent(self, call: str) -> None:
        with serving(json_reply({})) as service:
            url = service.url
        with pytest.raises(NotSent):
            self.make(call, self.build(url))

    def test_without_a_key_nothing_is_sent(self, call: str) -> None:
        with serving(json_reply({})) as service, pytest.raises(Refused) as refusal:
            self.make(call, self.build(service.url, key=""))
        assert service.requests == []
        assert refusal.value.fault.kind is ErrorKind.AUTH

    def test_no_error_shows_the_key(self, call: str) -> None:
        quoting = f"the key {KEY} is expired"
        replies = [
            json_reply(self.refusal(quoting)),
            json_reply(self.refusal(quoting), 401),
            Reply(f"<html>{quoting}</html>".encode(), 401),
            Reply(f"<html>{quoting}</html>".encode(), 500),
            None,
        ]
        for error in (self.error_of(call, reply) for reply in replies):
            shown = "".join(traceback.format_exception(error))
            fault = error.fault if isinstance(error, Refused) else ""
            assert KEY not in f"{shown} {error} {fault}"

    def test_any_answer_is_an_update_or_an_error_that_is_promised(self, call: str) -> None:
        with serving(None) as service:
            provider = self.build(service.url)

            @examples(300 if call == "query" else 100)
            @given(operation=st.sampled_from(list(self.paths)), data=st.data())
            def judge(operation: str, data: st.DataObject) -> None:
                # Most are successes in form, for others are refused before they are read.
                success = bent(self.success(call, operation))
                body = data.draw(st.one_of(success, success, anything))
                service.answer = lambda request: json_reply(body)
                with suppress(Refused, AnswerLost):
                    answer = self.make(call, provider, operation)
                    if call != "balance":
                        self.check_updates(answer if isinstance(answer, list) else [answer])

            judge()

    # --- Callbacks -----------------------------------------------------------------------------------------
    def test_json_that_is_no_callback_is_unreadable(self) -> None:
        for body in self.unreadable:
            with pytest.raises(Unreadable):
                self.build().parse_callback(body, SubmittedWith())

    @examples(100, SHARED)
    @given(data=st.data())
    def test_any_json_is_read_or_unreadable(self, data: st.DataObject) -> None:
        self.check_readable(data.draw(anything), data)

    def test_any_bent_payload_is_read_or_unreadable(self) -> None:
        @examples(1000)
        @given(body=st.one_of(*map(bent, self.payloads)), data=st.data())
        def judge(body: Any, data: st.DataObject) -> None:
            self.check_readable(body, data)

        judge()

    def check_readable(self, body: Any, data: st.DataObject) -> None:
        provider = self.build()
        params = st.dictionaries(st.sampled_from(["prompt", "instrumental"]), anything)
        asked = data.draw(st.builds(SubmittedWith, st.sampled_from(["", *self.paths]), params))
        try:
            updates = provider.parse_callback(body, asked)
        except Unreadable:
            return
        self.check_updates(updates)
        assert provider.parse_callback(body, asked) == updates

    def test_a_genuine_callback_is_believed(self) -> None:
        for raw, headers in self.genuine():
            assert self.build().verify(raw, headers)

    def test_a_forged_callback_is_not_believed(self) -> None:
        for raw, headers in self.forged():
            assert not self.build().verify(raw, headers)

    @examples(100, SHARED)
    @given(
        raw=st.binary(max_size=40),
        headers=st.dictionaries(st.text(max_size=10), st.text(max_size=10), max_size=3),
    )
    def test_any_bytes_under_any_headers_are_judged(self, raw: bytes, headers: dict[str, str]) -> None:
        names = [name for _, sent in self.genuine() for name in sent]
        for more in ({}, dict.fromkeys(names, "x")):
            assert self.build().verify(raw, {**headers, **more}) in (True, False)

    def test_receipt_is_acknowledged_as_the_provider_wants_it(self) -> None:
        acknowledgement = self.build().acknowledge()
        assert (acknowledgement.content_type, acknowledgement.body) == self.acknowledged
