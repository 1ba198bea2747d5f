"""What tracks/providers/base.py promises, asked of every provider: the tests of each one subclass this."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.support.examples import examples
from tests.support.http_server import Reply, Request, json_reply, serving
from tests.support.operation_samples import sample, without, wrong
from tests.support.payloads import anything, bent, check_storable
from tracks.domain.fold import StatementValue, fold
from tracks.domain.updates import ErrorKind, Source, TaskState, TaskUpdate
from tracks.providers.base import (
    AnswerLost,
    NotOffered,
    NotSent,
    PollTarget,
    Provider,
    Refused,
    SubmittedWith,
    Unreadable,
)
from tracks.providers.operations import SourceFacts

KEY = "0123456789-contract-key"
BACK = "https://home.example/callbacks/token/"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)

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
# The same examples are judged under each provider; what one of them found is tried with the others too.
SHARED = HealthCheck.differing_executors


class Described:
    """How one provider is built and spoken to; each of its test classes takes over what it says here.

    ``paths``: by operation, where a submit and a query go, written out once more beside the declaration.
    ``payloads``: bodies of it, to be bent. ``unreadable``: JSON that is no callback of it.
    ``no_id``: answers to a submit that are a success without an id. ``no_task``: the same of a query.
    ``no_balance``: the same of a balance. ``reported_state``: what ``reported`` comes to, and
    ``refusal_kind``: what ``refusal`` comes to.
    ``genuine`` and ``forged``: callbacks as they come in, with their headers.
    """

    paths: ClassVar[Mapping[str, tuple[str, str]]]
    payloads: ClassVar[Sequence[Any]]
    unreadable: ClassVar[Sequence[Any]]
    no_id: ClassVar[Sequence[Any]]
    no_task: ClassVar[Sequence[Any]]
    no_balance: ClassVar[Sequence[Any]] = ()
    authorization: ClassVar[str] = KEY
    query_method: ClassVar[str] = "POST"
    submit_id: ClassVar[str]
    tracks_at_submit: ClassVar[int] = 0
    reported_state: ClassVar[TaskState | None] = TaskState.DONE
    refusal_kind: ClassVar[ErrorKind]
    acknowledged: ClassVar[tuple[str, bytes]]

    def build(self, origin: str = "http://x.example", key: str = KEY) -> Provider:
        raise NotImplementedError

    def taken(self) -> Any:
        """The answer to a submit that is taken, under ``submit_id``."""
        raise NotImplementedError

    def reported(self, operation: str, ids: Sequence[str]) -> Any:
        """The answer to a query about these ids."""
        raise NotImplementedError

    def refusal(self, message: str) -> Any:
        raise NotImplementedError

    def not_found(self) -> Any:
        """The answer to a query about an id that the provider does not know."""
        raise NotImplementedError

    def timed(self) -> Any:
        """The answer with a track's word timing, where that is fetched."""
        raise NotImplementedError

    def balance(self) -> Any:
        """The answer with the balance, where the provider has one."""
        raise NotImplementedError

    def genuine(self) -> list[tuple[bytes, dict[str, str]]]:
        raise NotImplementedError

    def forged(self) -> list[tuple[bytes, dict[str, str]]]:
        return []

    # --- How the promises are asked for --------------------------------------------------------------------
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "operation" in metafunc.fixturenames:
            metafunc.parametrize("operation", list(self.paths))
        if "call" in metafunc.fixturenames:
            metafunc.parametrize("call", self.calls())

    def calls(self) -> list[str]:
        provider = self.build()
        offered = {"word_timing": provider.fetches_word_timing, "balance": provider.has_balance}
        return ["submit", "query", *(name for name, is_offered in offered.items() if is_offered)]

    def make(self, call: str, provider: Provider) -> Any:
        """One call of the protocol."""
        operation = next(iter(self.paths))
        calls: dict[str, Callable[[], Any]] = {
            "submit": lambda: provider.submit(operation, sample(provider.operations[operation]), BACK),
            "query": lambda: provider.query([PollTarget(operation, self.submit_id)]),
            "word_timing": lambda: provider.word_timing(self.submit_id, "c1"),
            "balance": provider.balance,
        }
        return calls[call]()

    def success(self, call: str) -> Any:
        operation = next(iter(self.paths))
        bodies: dict[str, Callable[[], Any]] = {
            "submit": self.taken,
            "query": lambda: self.reported(operation, [self.submit_id]),
            "word_timing": self.timed,
            "balance": self.balance,
        }
        return bodies[call]()

    def requests_of(self, call: str, reply: Reply | None) -> list[Request]:
        with serving(reply) as service:
            with suppress(Refused, AnswerLost):
                self.make(call, self.build(service.url))
            return service.requests

    def error_of(self, call: str, reply: Reply | None) -> Refused | AnswerLost:
        with serving(reply) as service:
            try:
                answer = self.make(call, self.build(service.url))
            except (Refused, AnswerLost) as error:
                return error
        pytest.fail(f"{call} came to {answer}")

    def check_updates(self, updates: Sequence[TaskUpdate]) -> None:
        """They can be stored, name what is declared, and say the same when they come twice."""
        operations = self.build().operations
        for update in updates:
            check_storable(update)
            assert update.operation in {"", *operations}
        once = [StatementValue(Source.CALLBACK, update, NOW, NOW) for update in updates]
        assert fold(once * 2, timedelta(days=1)) == fold(once, timedelta(days=1))


class Declarations(Described):
    """What is declared: the provider, its operations and their parameters."""

    def test_the_declarations_are_sound(self) -> None:
        provider = self.build()
        assert re.fullmatch(r"[a-z][a-z0-9-]*", provider.name)
        assert provider.label
        assert provider.batch >= 1
        assert provider.retention > timedelta(0)
        assert provider.rate.requests >= 1
        assert provider.rate.seconds > 0
        assert [one.name for one in provider.operations.values()] == list(provider.operations)
        assert list(provider.operations) == list(self.paths)

    def test_the_schema_of_a_callback_is_a_schema(self) -> None:
        schema = self.build().callback_schema
        Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"

    def test_what_is_left_out_says_why(self) -> None:
        assert all(name and why.endswith(".") for name, why in self.build().left_out.items())

    def test_each_key_at_each_service_is_an_account_of_its_own(self) -> None:
        here, there = self.build(), self.build("http://y.example")
        other_key = self.build(key="another-key-3210")
        assert len({here.account, there.account, other_key.account}) == 3
        assert KEY not in here.account
        assert self.build(key="").account == ""

    def test_an_operation_says_where_it_stands_at_the_provider(self, operation: str) -> None:
        declared = self.build().operations[operation]
        assert (declared.submit, declared.query) == self.paths[operation]
        assert declared.submit.startswith("/")
        assert declared.query.startswith("/")
        assert declared.doc.startswith("https://")
        assert declared.stages

    def test_good_params_pass(self, operation: str) -> None:
        declared = self.build().operations[operation]
        assert wrong(declared, sample(declared)) == []

    def test_a_missing_field_is_named(self, operation: str) -> None:
        declared = self.build().operations[operation]
        params = sample(declared)
        for field in declared.fields:
            if field.required:
                assert wrong(declared, without(params, field.name)) == [(field.name, "required")]

    def test_an_over_long_text_is_named(self, operation: str) -> None:
        declared = self.build().operations[operation]
        for field in declared.fields:
            if field.max_length and not field.choices:
                bad = {**sample(declared), field.name: "https://" + "x" * field.max_length}
                assert (field.name, "max_length") in wrong(declared, bad)

    def test_the_callback_field_is_ours(self, operation: str) -> None:
        declared = self.build().operations[operation]
        bad = {**sample(declared), declared.callback_field: "https://x.example/"}
        assert wrong(declared, bad) == [(declared.callback_field, "invalid")]

    def test_what_is_no_parameter_is_named(self, operation: str) -> None:
        declared = self.build().operations[operation]
        assert wrong(declared, {**sample(declared), "tempo": 120}) == [("tempo", "unknown")]

    def test_a_word_of_a_growing_vocabulary_is_passed_on(self, operation: str) -> None:
        declared = self.build().operations[operation]
        growing = {field.name: "NEW9" for field in declared.fields if field.vocabulary}
        assert wrong(declared, {**sample(declared), **growing}) == []

    def test_every_field_explains_itself(self, operation: str) -> None:
        for field in self.build().operations[operation].fields:
            assert field.label
            assert field.help.endswith(".")

    # Fields are judged by the same code in every operation, so the examples are spread over them.
    @examples(1700, SHARED)
    @given(data=st.data())
    def test_any_params_are_checked(self, data: st.DataObject) -> None:
        """Whatever comes in as JSON, the problems name fields and nothing is raised."""
        declared = data.draw(st.sampled_from(list(self.build().operations.values())))
        names = [field.name for field in declared.fields]
        changed = data.draw(
            st.dictionaries(st.sampled_from(names) | st.text(max_size=5), anything, max_size=4)
        )
        source = data.draw(
            st.none() | st.builds(SourceFacts, st.none() | st.integers(1, 10**7), st.text(max_size=3))
        )
        for problem in declared.problems({**sample(declared), **changed}, source):
            assert problem.field in {*names, *changed}
            assert problem.detail.endswith(".")


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
        # Most are successes in form, for others are refused before they are read.
        bodies = st.one_of(bent(self.success(call)), bent(self.success(call)), anything)
        with serving(None) as service:
            provider = self.build(service.url)

            @given(body=bodies)
            def judge(body: Any) -> None:
                service.answer = lambda request: json_reply(body)
                with suppress(Refused, AnswerLost):
                    answer = self.make(call, provider)
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

    @examples(1500, SHARED)
    @given(data=st.data())
    def test_any_bent_payload_is_read_or_unreadable(self, data: st.DataObject) -> None:
        self.check_readable(data.draw(bent(data.draw(st.sampled_from(list(self.payloads))))), data)

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


class ProviderContract(Declarations, Calls):
    """All promises, for the provider that a subclass named ``Test…`` describes."""
