"""The product's settings with a scratch data folder and the database that the run asks for.

`DB=postgresql` starts a real PostgreSQL, or takes the one of TEST_DATABASE_URL; otherwise it is SQLite.
"""

import os
import tempfile
from typing import cast

from tests.support.databases import start_postgres

if os.environ.get("DB", "sqlite") == "postgresql" and not os.environ.get("TEST_DATABASE_URL"):
    os.environ["TEST_DATABASE_URL"] = start_postgres()
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="musicgen-tests-")
# The processes of a parallel run inherit it from the first.
os.environ.setdefault("TESTS_SHARED_DIR", tempfile.mkdtemp(prefix="musicgen-tests-shared-"))
for name in [key for key in os.environ if key.startswith(("SUNO_", "TEMPOLOR_", "S3_", "CALLBACK_"))]:
    del os.environ[name]
os.environ |= {
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
    "SECRET_KEY": "tests-only-" + "x" * 50,
    "TEMPOLOR_API_KEY": "Tempo-test-key-3w",
    "SUNO_API_KEY": "suno-test-key",
    "PUBLIC_URL": "http://localhost:8000",
    # No test waits for a provider's rate; those about the rate set their own.
    "SUNO_RATE": "1000/10",
    "TEMPOLOR_RATE": "1000/10",
}

# The environment comes first, and all names of the product's settings are taken: hence each `noqa` below.
from musicgen.settings import *  # noqa: E402, F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.support.flushing"]  # noqa: F405
# Each test client loads the middleware anew; static files are looked up on request, not all of them before.
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if not DATABASE_URL:  # noqa: F405
    # A file, not memory: WAL, locks and other processes behave as they do in production.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}  # noqa: F405
    # No test pulls the plug, so none waits for the disk. Whole installations run with the product's settings.
    OPTIONS = cast(dict[str, str], DATABASES["default"]["OPTIONS"])  # noqa: F405
    OPTIONS["init_command"] = OPTIONS["init_command"].replace("synchronous=FULL", "synchronous=OFF")
