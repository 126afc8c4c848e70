"""A stand-in for the parts of GitHub's REST API that are used: on loopback, with faults."""

from machinery.github_api.server import serving
from machinery.github_api.state import (
    BOT,
    REPOSITORY,
    TOKEN,
    Answer,
    FakeGitHub,
    Fault,
    complaint,
)

__all__ = ["BOT", "REPOSITORY", "TOKEN", "Answer", "FakeGitHub", "Fault", "complaint", "serving"]
