"""Files of the pipeline that Git has and the disk has not, though nobody let Git drop them."""

from mlops.doctor.finding import Finding, capped
from mlops.repository import git, objects


def check() -> list[Finding]:
    """Look for all that `dvc.yaml` names; whether a file is to go is a person's choice."""
    named = objects.named_in_pipeline()
    if not named:
        return []
    paths = git.git("ls-files", "--deleted", "-z", "--", *named).split("\0")[:-1]
    found = [
        Finding(
            f"{path} is gone, and Git has it",
            f"`git restore '{path}'` brings it back, `git rm '{path}'` lets it go",
        )
        for path in paths
    ]
    return capped(found, "gone, and Git has them", "`git ls-files --deleted` names them")
