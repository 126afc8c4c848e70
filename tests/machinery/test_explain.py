"""What drove a prediction: each value against the typical one, the others as they are."""

import json
from typing import Any

import numpy as np
import pytest
from mlops.scoring.contract import Contract
from mlops.scoring.scorer import as_columns
from mlops.serve.answers import predictions
from mlops.serve.explain import Explanation, explained, explanation
from mlops.serve.refusal import RefusedError

from machinery import contracts


@pytest.mark.parametrize("task", contracts.TASKS)
@pytest.mark.parametrize("row", [0, 1])
def test_an_effect_is_the_score_less_that_with_the_typical_value(task: str, row: int) -> None:
    made = contracts.TASKS[task]()
    record, names = made.examples[row], list(made.features)

    def scored(one: dict[str, Any]) -> Any:
        score = contracts.scores(made, as_columns([one], names))[0]
        likeliest = np.argmax(contracts.scores(made, as_columns([record], names))[0])
        return score[likeliest] if task == "multiclass" else score

    found = explained(contracts.model(made), "id", record).drivers
    assert {driver.column for driver in found} == set(made.features)
    for driver in found:
        typical = made.features[driver.column].typical
        assert (driver.value, driver.typical) == (record[driver.column], typical)
        effect = scored(record) - scored({**record, driver.column: typical})
        assert driver.effect == pytest.approx(effect, abs=1e-12)
    sizes = [abs(driver.effect) for driver in found]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 0.01


def test_a_typical_row_has_no_drivers() -> None:
    made = contracts.flights()
    typical = {name: feature.typical for name, feature in made.features.items()}
    found = explained(contracts.model(made), "id", typical)
    assert all(driver.effect == 0 for driver in found.drivers)


def asked(made: Contract, body: Any) -> Explanation:
    return explanation(contracts.model(made), "id", json.dumps(body).encode())


def test_the_prediction_is_that_of_predict_and_what_is_left_out_is_null() -> None:
    made = contracts.flights()
    row = made.examples[0] | {"pressure": None}
    less = {name: value for name, value in row.items() if value is not None}
    found = asked(made, less)
    assert found == asked(made, row) == asked(made, [row])
    score = contracts.scores(made, as_columns([row], list(made.features)))
    assert [found.prediction] == predictions(made, score)
    assert (found.version, found.model) == ("v0.3.0", contracts.DIGEST)
    assert "not what causes what" in found.note


def test_only_one_row_is_explained_and_only_a_right_one() -> None:
    made = contracts.flights()
    row = made.examples[0]
    with pytest.raises(RefusedError, match="one row") as refused:
        asked(made, [row, row])
    assert refused.value.status == 422
    with pytest.raises(RefusedError) as refused:
        asked(made, row | {"weekday": 7})
    assert (refused.value.status, refused.value.column) == (422, "weekday")
