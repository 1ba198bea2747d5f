"""The product's settings with a scratch data folder, quick paces and the database that the run asks for."""

import os
import tempfile

os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="musicgen-tests-")
for name in [key for key in os.environ if key.startswith(("SUNO_", "TEMPOLOR_", "S3_", "CALLBACK_"))]:
    del os.environ[name]
os.environ |= {
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
    "SECRET_KEY": "tests-only-" + "x" * 50,
    "TEMPOLOR_API_KEY": "Tempo-test-key-3w",
    "SUNO_API_KEY": "suno-test-key",
    "PUBLIC_URL": "http://localhost:8000",
}

from musicgen.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
