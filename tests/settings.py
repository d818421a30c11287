"""Settings of a test run: the product's own, after an environment in which nothing of the developer's is left."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from portal.catalogs import compile_all

# The first process of a run makes the environment; its workers and the programs that tests start inherit it.
if "PORTAL_TEST_VAR" not in os.environ:
    for name in [name for name in os.environ if name == "PORT" or name.startswith("PORTAL_")]:
        if not name.startswith("PORTAL_TEST_"):
            del os.environ[name]
    os.environ.update(
        PORTAL_TEST_VAR=tempfile.mkdtemp(prefix="portal-tests-"),
        PORTAL_SECRET_KEY="only-for-tests-" + "k" * 40,
        PORTAL_ENCRYPTION_KEYS="dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    )
    os.environ["PORTAL_VAR"] = os.environ["PORTAL_TEST_VAR"]
    atexit.register(shutil.rmtree, os.environ["PORTAL_VAR"], ignore_errors=True)
    compile_all(Path(__file__).parent.parent / "locale", Path(os.environ["PORTAL_VAR"], "locale"))
    if database := os.environ.get("PORTAL_TEST_DATABASE_URL"):
        os.environ["PORTAL_DATABASE_URL"] = database

from portal.settings import *  # noqa: F403  every setting, read after the environment above is made

os.makedirs(os.path.join(os.environ["PORTAL_VAR"], "static"), exist_ok=True)  # whitenoise warns when it is missing

# Pages are drawn without `collectstatic`, and passwords need not be hard to guess.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
