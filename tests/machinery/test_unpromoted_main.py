"""What a report says where the model of main is not the one in production."""

from mlops.review.presentation import markdown
from mlops.review.report import Pipeline, Report
from msgspec.structs import replace

from machinery import reports
from machinery.report_parts import BASE


def read(report: Report) -> str:
    return markdown.render(report).replace("\N{NO-BREAK SPACE}", " ")


def test_a_branch_that_leaves_an_unpromoted_main_as_it_is() -> None:
    report = replace(reports.worse(), base=replace(BASE, same=True, ahead=True))
    told = "The model is that of main, which is not in production: this branch does not change it."
    assert told in read(report)
    passing = read(replace(report, promotes=True))
    assert told not in passing
    waiting = "⚠️ **The model is that of main, which is not in production**: this branch does not"
    assert waiting in passing
    assert "change it. Merging promotes it, as `uv run mlops promote` on main does." in passing
    after = replace(BASE, same=True, ahead=True, rolled_back="v1.3.0")
    text = read(replace(report, promotes=True, base=after))
    assert "change it. It came after v1.3.0, which was rolled back. Merging promotes it" in text
    assert told not in read(replace(report, commit=BASE.commit or ""))  # on main itself
    assert told not in read(reports.worse())
    broken = replace(report, verdict="failed", pipeline=Pipeline(failed="train"))
    assert told not in read(broken)
    stale = replace(report, verdict="stale")
    assert told not in read(stale)
    assert told in read(replace(stale, pipeline=Pipeline(uncommitted=True)))
    assert told not in read(replace(report, base=replace(BASE, same=True)))


def test_a_branch_on_top_of_a_model_that_is_not_in_production() -> None:
    base = replace(BASE, ahead=True)
    text = read(replace(reports.better(), base=base))
    assert "⚠️ **The model of main is not in production**. What it changed stays in this" in text
    assert "of this branch alone; against main it is roc_auc " in text
    text = read(replace(reports.better(), base=replace(base, rolled_back="v1.3.0")))
    assert "⚠️ **v1.3.0, which was rolled back, is in main**. What it changed" in text
    on_main = replace(reports.better(), base=base, commit=BASE.commit or "")
    assert "The model of main" not in read(on_main)
    edited = replace(on_main, pipeline=Pipeline(uncommitted=True))
    assert "⚠️ **The model of main is not in production**. What it changed stays" in read(edited)
    left = read(replace(reports.better(), base=replace(base, moved_on=True)))
    assert "⚠️ **The model of main as this branch left it is not in production**. What" in left
    assert "of this branch alone; against that it is roc_auc " in left
    assert "The model of main" not in read(reports.better())
    alone = [
        replace(entry, from_production=None, from_base=None) for entry in reports.better().metrics
    ]
    lost = replace(reports.better(), verdict="failed", exam=None, base=base, metrics=alone)
    text = read(lost)
    assert "unless it was taken out. What changed below is of this branch alone." in text
    assert "Nothing was compared: each model's figures were committed with it, on its own" in text
    uncommitted = replace(reports.better(), verdict="stale", pipeline=Pipeline(uncommitted=True))
    assert "The model of main is not in production" in read(replace(uncommitted, base=base))


def test_a_branch_that_lacks_commits_of_main_is_merged_first() -> None:
    merge = "on a laptop: `git fetch && git merge origin/main && uv run dvc repro && uv run mlops"
    assert merge in read(replace(reports.better(), base=replace(BASE, newer=True)))
    assert "on a laptop: `uv run dvc repro && uv run mlops" in read(reports.better())
    behind = read(replace(reports.better(), base=replace(BASE, moved_on=True)))
    assert ", which has moved on since · " in behind
    assert merge in behind
