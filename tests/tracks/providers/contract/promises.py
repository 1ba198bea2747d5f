"""What tracks/providers/base.py promises, asked of every provider: the tests of each one subclass this."""

from __future__ import annotations

from tests.tracks.providers.contract.calls import Calls
from tests.tracks.providers.contract.declarations import Declarations


class ProviderContract(Declarations, Calls):
    """All promises, for the provider that a subclass named ``Test…`` describes."""
