"""What a provider declares: itself, its operations and their parameters."""

from __future__ import annotations

import re
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.support.any_json import anything
from tests.support.examples import examples
from tests.support.operation_samples import sample, without, wrong
from tests.tracks.providers.contract.described import KEY, Described
from tracks.providers.operations import Operation, SourceFacts

sources = st.none() | st.builds(SourceFacts, st.none() | st.integers(1, 10**7), st.text(max_size=3))


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

    def test_any_params_are_checked(self) -> None:
        """Whatever comes in as JSON, the problems name fields and nothing is raised."""

        # Fields are judged by the same code in every operation, so the examples are spread over them.
        @examples(1000)
        @given(
            declared=st.sampled_from(list(self.build().operations.values())), source=sources, data=st.data()
        )
        def judge(declared: Operation, source: SourceFacts | None, data: st.DataObject) -> None:
            names = [field.name for field in declared.fields]
            some = st.sampled_from(names) | st.text(max_size=5)
            changed = data.draw(st.dictionaries(some, anything, max_size=4))
            for problem in declared.problems({**sample(declared), **changed}, source):
                assert problem.field in {*names, *changed}
                assert problem.detail.endswith(".")

        judge()
