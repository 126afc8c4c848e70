"""What adopt makes of a table: the task, the parts of its columns, the split."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mlops.config.schema import FoldSplit, TimeSplit

from machinery.adopting import rows, take, written

DRAWN = random.Random(1)
NOISE = [round(DRAWN.gauss(0, 1), 3) for _ in range(400)]
MANY = 400


def table(count: int = MANY, **columns: Any) -> None:
    """A table of many rows with a feature that tells nothing."""
    lines = [",".join(["noise", *columns])]
    for row in range(count):
        cells = [
            cell(row) if callable(cell) else cell[row % len(cell)] for cell in columns.values()
        ]
        lines.append(",".join(map(str, [NOISE[row % MANY], *cells])))
    Path("table.csv").write_text("\n".join(lines) + "\n")


TARGETS: list[tuple[list[Any], str, str, dict[str, Any]]] = [
    (["yes", "no", "no"], "binary", "two values: no and yes; true is 'yes'", {}),
    (["true", "FALSE"], "binary", "two values: FALSE and true", {}),
    ([0, 1, 0], "binary", "two values: 0 and 1; true is '1'", {}),
    ([1, 2, 2], "binary", "two values: 1 and 2; true is '2'", {"true": ["2"], "false": ["1"]}),
    (["B", "M", "B"], "binary", "two values: B and M; true is 'M'",
     {"true": ["M"], "false": ["B"]}),
    (["<=50K", ">50K", "<=50K"], "binary", "two values: <=50K and >50K; true is '>50K'",
     {"true": [">50K"], "false": ["<=50K"]}),
    (["x", "y", "z"], "multiclass", "3 different texts", {}),
    ([3, 10, 4, 5], "multiclass",
     "4 different whole numbers; --task regression for a number", {}),
    ([1.5, 2.5, 3.5], "regression", "numbers, 3 different", {}),
    (NOISE, "regression", f"numbers, {len(set(NOISE))} different", {}),
    (list(range(50)), "regression", "whole numbers, 50 different", {}),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "task", "why", "said"), TARGETS)
def test_the_task_and_why(
    shop: Path, cells: list[Any], task: str, why: str, said: dict[str, Any]
) -> None:
    DRAWN.shuffle(cells := cells * (MANY // len(cells)))
    table(target=cells)
    config = take("table.csv")
    assert config.data.task == config.evaluation.name == config.gate.name == task
    assert f"task: {task} # {why}\n" in Path("conf/data/table.yaml").read_text()
    reading = written()["reading"]
    assert (reading.get("columns") or {}).get("target", {}) == said


def test_another_task_than_the_target_looks_like(shop: Path) -> None:
    table(target=[3, 10, 4, 5])
    assert take("table.csv", task="regression").data.columns["target"].type == "integer"
    Path("conf/data/table.yaml").unlink()
    column = take("table.csv", task="multiclass").data.columns["target"]
    assert column.categories == ["3", "4", "5", "10"]


def test_what_may_surprise_is_said(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fees = ["unknown" if row == 7 else row / 2 for row in range(MANY)]
    table(fee=fees.__getitem__, plan=["pro", "Pro", "basic"], target=[1, 0])
    take("table.csv")
    assert "; null: unknown" in capsys.readouterr().out
    assert "# 'Pro' and 'pro' differ in case alone\n" in Path("conf/data/table.yaml").read_text()


KEYS: list[tuple[dict[str, Any], list[str]]] = [
    ({"customer_id": range(MANY)}, ["customer_id"]),
    ({"id": [f"c{row}" for row in range(MANY)]}, ["id"]),
    ({"amount": range(MANY)}, ["row"]),
    ({"when": [f"20{row // 365 + 10}-{row // 28 % 12 + 1:02}-{row % 28 + 1:02}"
               for row in range(MANY)]}, ["row"]),
    ({"when": [f"2024-01-{row // 20 + 1:02}" for row in range(MANY)],
      "shop": [f"s{row % 20}" for row in range(MANY)]}, ["when", "shop"]),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "key"), KEYS)
def test_the_key(shop: Path, columns: dict[str, Any], key: list[str]) -> None:
    table(**columns, target=[1, 0])
    data = take("table.csv").data
    assert data.key == key
    assert ("row" in data.columns) == (key == ["row"])


def test_a_table_in_time(shop: Path) -> None:
    days = [f"2024-{row // 100 % 12 + 1:02}-{row // 4 % 25 + 1:02} 10:00" for row in range(1200)]
    table(1200, when=days, shop=["a", "b", "c", "d"], target=NOISE)
    config = take("table.csv")
    data = config.data
    assert (data.time, data.start, data.through) == ("when", "2024-01", "2024-12")
    assert (data.key, data.resample, data.segments) == (["when", "shop"], "day", ["shop"])
    assert isinstance(config.split, TimeSplit)
    assert (config.split.name, config.split.test_days) == ("time", 30)


def test_the_window_moves_on_with_a_newer_file(shop: Path) -> None:
    for first in (1, 2):
        days = [f"2024-{first + row // 120:02}-{row // 4 % 25 + 1:02} 10:00" for row in range(1200)]
        table(1200, when=days, shop=["a", "b", "c", "d"], target=NOISE)
        data = take("table.csv").data
        assert (data.start, data.through) == (f"2024-{first:02}", f"2024-{first + 9:02}")


def test_days_of_its_own_for_a_table_of_many_years(shop: Path) -> None:
    days = [f"{1990 + row // 12}-{row % 12 + 1:02}-01" for row in range(360)]
    table(360, when=days, target=NOISE)
    split = take("table.csv").split
    assert isinstance(split, TimeSplit)
    assert split.name == "table_time"
    assert 0.18 < split.test_days / (30 * 365) < 0.22
    assert "method: time" in Path("conf/split/table_time.yaml").read_text()


def test_classes_that_come_later_are_no_past_and_future(shop: Path) -> None:
    days = [f"2024-{row // 100 % 12 + 1:02}-{row // 4 % 25 + 1:02}" for row in range(1200)]
    table(1200, when=days, target=lambda row: f"c{row // 300}")
    assert isinstance(take("table.csv").split, FoldSplit)


def test_a_group(shop: Path) -> None:
    table(customer=lambda row: f"c{row // 4}", target=[1, 0, 0])
    config = take("table.csv", group="customer")
    assert (config.data.group, config.data.resample) == ("customer", "group")
    assert "customer" in config.data.identifiers
    assert config.split.name == "cross_validation"
    table(3000, customer=lambda row: f"c{row // 4}", day=["2024-01-01"], target=[1, 0, 0])
    for asked in ({}, {"time": "day"}):
        Path("conf/data/table.yaml").unlink()
        assert take("table.csv", group="customer", **asked).split.name == "group"


def test_a_calibrated_model_keeps_its_validation_rows(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path("conf/model/hist_gradient_boosting.yaml")
    path.write_text(path.read_text().replace("calibration: null", "calibration: sigmoid"))
    table(customer=lambda row: f"c{row // 4}", target=[1, 0, 0])
    assert take("table.csv").split.name == "hash"
    assert f"validation rows for {path}" in " ".join(capsys.readouterr().out.split())
    Path("conf/data/table.yaml").unlink()
    assert take("table.csv", group="customer").split.name == "group"


@pytest.mark.parametrize(
    ("year", "key"),
    [(lambda row: 2020 + row % 4, ["customer", "year"]), (lambda row: 2020, ["row"])],
    ids=["one row a year", "the same year"],
)
def test_a_group_and_a_period_are_a_key(
    shop: Path, year: Callable[[int], int], key: list[str]
) -> None:
    table(customer=lambda row: f"c{row // 4}", year=year, target=[1, 0, 0])
    assert take("table.csv", group="customer").data.key == key


def test_the_rows_number_stays_the_key(shop: Path) -> None:
    """A newer file has a column that would be one; the file in conf/data/ decides."""
    table(amount=[1, 2, 4], customer_id=[1, 2], target=[1, 0])
    assert take("table.csv").data.key == ["row"]
    table(amount=[1, 2, 4], customer_id=range(MANY), target=[1, 0])
    data = take("table.csv").data
    assert (data.key, "row" in data.columns) == (["row"], True)
    Path("conf/data/table.yaml").unlink()
    assert take("table.csv", key=("row",)).data.key == ["row"]


def test_columns_that_tell_a_model_nothing(shop: Path) -> None:
    words = ["it", "was", "very", "good", "and", "late", "again", "today"]
    table(
        name=lambda row: f"name {row}",
        review=lambda row: " ".join(DRAWN.choices(words, k=9)),
        born=lambda row: f"19{row % 90 + 10}-01-01",
        always=["x"],
        never=[""],
        place=["north", "south"],
        target=NOISE,
    )
    data = take("table.csv").data
    assert data.identifiers == ["row", "name", "review", "born"]
    assert list(data.features) == ["noise", "place"]
    text = Path("conf/data/table.yaml").read_text()
    assert "  # always: the same in every row\n  # never: nothing but nulls\n" in text
    assert "# a different text in nearly each row" in text
    assert data.time is None


def test_a_column_that_tells_too_much_is_said(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table(answer=lambda row: row % 2 + 1, size=NOISE[::-1], target=["no", "yes"])
    take("table.csv")
    text = Path("conf/data/table.yaml").read_text()
    assert "answer: {type: integer, minimum: 0, maximum: 3} # alone tells target: is it k" in text
    assert "size: {type: number" in text
    assert "is it known at prediction time?" in capsys.readouterr().out


def test_a_number_that_names_something_is_asked_about(shop: Path) -> None:
    table(customer_id=lambda row: 100 + row // 4, shop_no=[1, 2, 3], room=NOISE, target=[1, 0, 0])
    assert "customer_id" in take("table.csv").data.features
    text = Path("conf/data/table.yaml").read_text()
    asked = "# does it name something? then --group customer_id, or --drop customer_id\n"
    assert [line for line in text.splitlines(keepends=True) if "does it name" in line] == [
        f"  customer_id: {{type: integer, minimum: 50, maximum: 250}} {asked}"
    ]


def test_columns_are_left_out_when_asked(shop: Path) -> None:
    Path("table.csv").write_text(rows(a=[1, 2], B=[3, 4.5], c=["1", "inf"], target=["x", "y"]))
    take("table.csv", drop=("B", "c"))
    assert list(written()["columns"]) == ["target", "row", "a"]


def test_a_large_file_is_sampled_up_to_its_end(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "x" * 50
    with Path("table.csv").open("w") as file:
        file.write("id,size,text,place,target\n")
        for row in range(400_000):
            place = "last" if row > 200_000 else "first"
            file.write(f"{row},{row % 90},{line},{place},{row % 2}\n")
    config = take("table.csv")
    assert config.data.columns["place"].categories == ["first", "last"]
    assert config.data.key == ["id"]
    assert config.split.name == "hash"
    assert "from a sample of" in capsys.readouterr().out
