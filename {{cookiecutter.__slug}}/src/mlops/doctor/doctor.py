"""Find, and with `fix` mend, what a crash, a race or a bad disk left.

What is damaged is moved to `.dvc/tmp/damaged/`, or to `damaged/` in the remote. Only half-written
temporary files are deleted.
"""

from collections.abc import Iterable

import click
from mlops.doctor import (
    damage,
    deleted,
    experiment,
    git_locks,
    leftovers,
    lockfile,
    locks,
    named,
    parameters,
    pushes,
    running,
    stores,
    tags,
    versions,
    workspace,
)
from mlops.doctor.finding import Finding
from mlops.errors import UserError
from mlops.repository import objects


def doctor(fix: bool = False) -> bool:
    """Print what is wrong and what helps; with `fix`, do it. Tell whether all is well then.

    Raise `UserError` where DVC is at work, as a file in the making looks like damage, and where
    the project cannot be read.
    """
    from dvc.exceptions import DvcException

    busy = running.at_work()
    if busy:
        raise UserError(f"{busy} is at work here: run this again when it has ended")
    visit = Visit(fix)
    visit.treat(git_locks.check())
    files = lockfile.check() + parameters.check_file()
    visit.treat(files)
    unreadable = any(finding in visit.left for finding in files)
    visit.treat(locks.check())
    if unreadable:
        click.echo("The rest is looked at when that is mended.")
    else:
        try:
            look_at_all(visit)
        except (DvcException, OSError) as error:
            raise UserError(" ".join(str(error).split())) from None
    visit.sum_up()
    return not visit.left


def look_at_all(visit: "Visit") -> None:
    """The checks that need DVC's own files in order; each sees what those before it have mended."""
    killed = experiment.check()
    visit.treat(killed)
    if not any(finding in visit.left for finding in killed):  # else these are the experiment's
        visit.treat(parameters.check_values() + locks.stale())
    objects.repository.cache_clear()  # what was mended so far is read anew
    if gone := versions.remote_gone():
        visit.treat(gone)
        click.echo("The rest is looked at when that is mended.")
        return
    cache, remote = stores.cache(), stores.remote()
    both = (cache, remote) if remote else (cache,)
    visit.treat(damage.check(cache, remote, named.named(*both)))
    visit.treat(versions.check(cache, remote))
    needed = named.named(*both)
    visit.treat(workspace.check(cache, needed))
    if workspace.nothing_pulled(cache, workspace.by_path(needed)):
        visit.rest = "; data and models are not here yet: `uv run dvc pull`"
    visit.treat(deleted.check())
    visit.treat(leftovers.check(cache, remote))
    visit.treat(pushes.check())
    visit.treat(tags.check())


class Visit:
    """Prints findings, mends them where that is wanted, and counts."""

    def __init__(self, fix: bool) -> None:
        self.fix = fix
        self.mended = 0
        self.left: list[Finding] = []
        self.rest = ""

    def treat(self, findings: Iterable[Finding]) -> None:
        """Print each finding and what is done about it, or has been."""
        for finding in findings:
            if finding in self.left:  # each check that asks the remote says that it cannot
                continue
            click.echo(finding.problem)
            if finding.mend is None:
                self.leave(finding, f"to do: {finding.remedy}")
            elif not self.fix:
                self.leave(finding, f"with --fix: {finding.remedy}", finding.then)
            else:
                self.mend(finding)

    def mend(self, finding: Finding) -> None:
        """Do what the finding says."""
        assert finding.mend is not None
        try:
            finding.mend()
        except (UserError, OSError) as error:
            self.leave(finding, f"left: {error}")
        else:
            if finding.then:
                self.leave(finding, f"done: {finding.remedy}", finding.then)
            else:
                self.mended += 1
                click.echo(f"    mended: {finding.remedy}")

    def leave(self, finding: Finding, words: str, then: str = "") -> None:
        """Print what is to be done, and count the finding as not mended."""
        click.echo(f"    {words}")
        if then:
            click.echo(f"    to do: {then}")
        self.left.append(finding)

    def sum_up(self) -> None:
        """Print one line at the end."""
        able = sum(finding.mend is not None and not finding.then for finding in self.left)
        if not self.left:
            mended = f", {self.mended} mended" if self.mended else ""
            click.echo(f"all is well{mended}{self.rest}")
        elif self.fix:
            mended = f"{self.mended} mended, " if self.mended else ""
            click.echo(f"{mended}{len(self.left)} left")
        else:
            also = f": `uv run mlops doctor --fix` mends {able}" if able else ""
            click.echo(f"{len(self.left)} found{also}")
