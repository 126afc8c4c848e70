"""A read of GitHub to try failures on: the comments of pull request 7."""

import pytest
from mlops.errors import UserError
from mlops.github import pull_requests, repository

from machinery.github_api import TOKEN

COMMENTS = "read the comments of pull request 7: "
LIST = "GET /issues/7/comments"


def bodies() -> list[str | None]:
    return [comment.body for comment in pull_requests.comments(repository.from_environment(), 7)]


def refused(kind: type[UserError] = UserError) -> str:
    with pytest.raises(kind) as error:
        bodies()
    assert "\n" not in str(error.value)
    assert TOKEN not in str(error.value)
    return str(error.value)
