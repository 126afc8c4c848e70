"""Data that others wait for: `git push` brings them the lock, only `dvc push` the objects."""

from mlops.doctor.finding import Finding
from mlops.doctor.running import dvc
from mlops.errors import UserError
from mlops.repository import git, lock, objects


def check() -> list[Finding]:
    """Outputs of the last commit that a shared remote lacks, and commits that are not pushed."""
    return [*unpushed_objects(), *unpushed_commits()]


def unpushed_objects() -> list[Finding]:
    """A directory beside the project is nobody else's remote: nothing is missed there."""
    if not objects.is_shared():
        return []
    committed = lock.at(git.commit("HEAD"))
    wanted = {
        path: digest
        for path, digest in objects.outputs().items()
        if lock.digest(committed, path) == digest
    }
    try:
        missing = objects.missing_in_remote(list(wanted.values()))
    except UserError as error:
        return [Finding(str(error), "run this again with access to it")]
    paths = [path for path, digest in wanted.items() if digest in missing]
    if not paths:
        return []
    problem = f"the remote lacks what the last commit names: {', '.join(paths)}"
    return [Finding(problem, "pushed with `dvc push`", lambda: dvc("push", "-q"))]


def unpushed_commits() -> list[Finding]:
    """A branch ahead of its upstream; whether to push is a person's choice."""
    try:
        ahead = int(git.git("rev-list", "--count", "@{upstream}..HEAD"))
        branch = git.git("branch", "--show-current").strip()
    except UserError:  # no upstream
        return []
    commits = "1 commit is" if ahead == 1 else f"{ahead} commits are"
    return [Finding(f"{branch}: {commits} not pushed", "`git push`")] if ahead else []
