"""Make the new project a Git repository with one commit; whatever fails here is a warning."""

import subprocess
import sys


def git(*arguments):
    """Return (worked, what Git said)."""
    try:
        done = subprocess.run(
            ("git",) + arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except OSError:
        return False, "git was not found"
    return done.returncode == 0, done.stdout.decode("utf-8", "replace").strip()


def inside_another_repository():
    """Tell whether an outer repository would track these files."""
    return git("rev-parse", "--is-inside-work-tree")[0] and not git("check-ignore", "-q", ".")[0]


def first_commit():
    """Return what went wrong, in one line, or None."""
    if "{{ cookiecutter._commit | default('') }}":  # set by cruft
        return "cruft generated this, perhaps for an update"
    if inside_another_repository():
        return "the folder is inside another Git repository, nothing was initialised"
    worked, said = git("init", "-q", "-b", "main")
    if not worked:  # Git before 2.28 knows no -b
        worked, said = git("init", "-q")
        git("symbolic-ref", "HEAD", "refs/heads/main")
    if worked:
        worked, said = git("add", "--all")
    if worked:
        worked, said = git("commit", "-q", "-m", "Start from cookiecutter-dvc-mlops")
        if not worked and not git("var", "GIT_AUTHOR_IDENT")[0]:
            said = "Git does not know who you are (git config --global user.name and user.email)"
    return None if worked else (said or "git failed").splitlines()[0]


problem = first_commit()
if problem:
    sys.stderr.write(
        "warning: no first commit: %s. DVC needs a Git repository:"
        " git init && git add --all && git commit -m Start\n" % problem
    )
print("\nNext:\n\n    cd {{ cookiecutter.__slug }}\n    uv run dvc repro\n")
