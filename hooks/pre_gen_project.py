"""Refuse unusable answers before a file is written. Standard library only, any Python 3."""

import keyword
import posixpath
import re
import sys

PROJECT_NAME = {{ cookiecutter.project_name | tojson }}
DESCRIPTION = {{ cookiecutter.description | tojson }}
AUTHOR = {{ cookiecutter.author | tojson }}
DATA_STORAGE = {{ cookiecutter.data_storage | tojson }}
SLUG = {{ cookiecutter.__slug | tojson }}
PACKAGE = {{ cookiecutter.__package | tojson }}

CLOUD_URL = re.compile(r"(s3|gs|azure|ssh)://[\w.@-]+(:\d+)?(/[\w./~-]*)?", re.ASCII)
FOLDER = re.compile(r"(\.\./|/|[A-Za-z]:[/\\])[^\x00-\x1f\"'#%;]+")

# What this project installs imports under these names: its package may not hide any of them.
DEPENDENCIES = frozenset(
    """
    mlops src tests conf data models reports
    DEPENDENCY_NAMES
    """.split()
)


def name_problem():
    taken = DEPENDENCIES | set(getattr(sys, "stdlib_module_names", ()))
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", PACKAGE):
        return "needs 2 to 40 letters, digits, spaces or dashes, a letter first"
    if keyword.iskeyword(PACKAGE) or keyword.iskeyword(PACKAGE.capitalize()):
        return "is a Python keyword; add a word, such as '%s model'" % PACKAGE
    if PACKAGE in taken:
        return "would hide the Python module '%s'; add a word, such as '%s model'" % (
            PACKAGE,
            PACKAGE,
        )
    return None


def text_problem(text):
    if not text.strip() or re.search(r"[\x00-\x1f\x7f\"\\{}]", text):
        return "needs one line of text without double quotes, backslashes and braces"
    return None


def storage_problem():
    inside = (posixpath.normpath(DATA_STORAGE) + "/").startswith("../%s/" % SLUG)
    if CLOUD_URL.fullmatch(DATA_STORAGE) or (FOLDER.fullmatch(DATA_STORAGE) and not inside):
        return None
    return (
        "needs a folder outside the project (../storage or an absolute path) or a URL"
        " without credentials: s3://bucket/path, gs://bucket/path, azure://container/path,"
        " ssh://user@host/path"
    )


def main():
    answers = [
        ("project_name", PROJECT_NAME, text_problem(PROJECT_NAME) or name_problem()),
        ("description", DESCRIPTION, text_problem(DESCRIPTION)),
        ("author", AUTHOR, text_problem(AUTHOR)),
        ("data_storage", DATA_STORAGE, storage_problem()),
    ]
    for question, answer, problem in answers:
        if problem:
            sys.stderr.write("%s %s: %s\n" % (question, ascii(answer), problem))
            sys.exit(1)


main()
