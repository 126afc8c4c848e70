"""What does not fit the task, or the table, is refused in one line that says what would."""

import pytest
from mlops.config.composition import compose
from mlops.config.params import typed
from mlops.errors import UserError

from baked import PROJECT
from machinery.composing import config_of

WINE, DIABETES, CANCER = "data=wine", "data=diabetes", "data=breast_cancer"


def refusal(*overrides: str) -> str:
    with pytest.raises(UserError) as error:
        config_of(*overrides)
    (line,) = error.value.lines
    assert "\n" not in line
    return line


@pytest.mark.parametrize("data", ["flights", "breast_cancer", "wine", "diabetes"])
@pytest.mark.parametrize("model", ["hist_gradient_boosting", "linear", "naive"])
def test_every_table_goes_with_every_model(data: str, model: str) -> None:
    config = config_of(f"data={data}", f"model={model}")
    assert config.evaluation.name == config.gate.name == config.data.task


@pytest.mark.parametrize(
    ("overrides", "line"),
    [
        ((WINE, "evaluation.metric=roc_auc"), "evaluation.metric: roc_auc does not measure multi"),
        ((DIABETES, "evaluation.metric=f1"), "there are r2, rmse, mae, median_absolute_error."),
        (("evaluation.metric=rmse",), "evaluation.metric: rmse does not measure binary; there are"),
        ((DIABETES, "evaluation=binary"), "conf/evaluation/ has a config for each task"),
        (
            (DIABETES, "evaluation.metric=rsme"),
            "rsme does not measure regression; there are r2, rmse",
        ),
        ((WINE, "gate=binary"), "gate.required: roc_auc does not measure multiclass"),
        ((DIABETES, "+gate.required.accuracy=0.5"), "gate.required: accuracy does not measure reg"),
        (("evaluation.threshold=null",), "evaluation.threshold: a number is needed"),
        ((WINE, "evaluation.threshold=0.5"), "evaluation.threshold: is for binary classification"),
        ((DIABETES, "evaluation.threshold=0.5"), "binary classification; set it to null"),
        ((DIABETES, "gate.calibration=0.1"), "gate.calibration: is for probabilities; set it to"),
        (
            (DIABETES, "split=hash", "+model.calibration=sigmoid"),
            "model: class_weight and calibration are for classification",
        ),
        ((DIABETES, "+model.class_weight=balanced"), "model: class_weight and calibration are for"),
        (
            (WINE, "+model.calibration=sigmoid"),
            "model.calibration: needs validation rows, which the split cross_validation does not"
            " keep: choose hash where",
        ),
        (
            (WINE, "data.group=ash", "+model.calibration=sigmoid"),
            " keep: choose group where",
        ),
        (
            (WINE, "data.columns.grower.categories=null"),
            "columns.grower.categories: name each",
        ),
        ((WINE, "data.columns.grower.categories=[first]"), "name each class of the target"),
        ((WINE, "data.columns.grower.categories=[a,b,a]"), "name each class of the target"),
        ((WINE, "data.target=hue"), "data.columns.hue.type: the target of multiclass must be cat"),
        ((DIABETES, "data.target=sex"), "data.columns.sex.type: the target of regression must be"),
        (("data.target=carrier",), "data.columns.carrier.type: the target of binary must be bool"),
        ((DIABETES, "+data.columns.progression.nullable=true"), "progression.nullable: the target"),
        ((CANCER, "data.task=yes_no"), "data.task: 'yes_no' is not accepted; accepted: binary"),
        (("data.start=null",), "data: start and through: give both, or null for a table without"),
        ((WINE, "data.start='2013-01'"), "data: start and through: give both, or null"),
        ((WINE, "experiment=quick"), "data: start and through: a window of months needs data.time"),
        ((WINE, "split=time"), "data.time: a split by time and resampling by day need a time col"),
        ((WINE, "data.resample=day"), "data.time: a split by time and resampling by day need"),
        ((WINE, "split=group"), "data.group: a split or resampling by group needs a group column"),
        ((DIABETES, "data.resample=group"), "data.group: a split or resampling by group needs a"),
        (
            (DIABETES, "data.group=age", "split=hash"),
            "data.group: the split hash would put rows of one age on two sides: where conf/ chooses"
            " it, choose group, or null here",
        ),
        ((WINE, "data.group=cellar"), "data.group: 'cellar' is not one of data.columns"),
        ((WINE, "data.target=growr"), "is not one of data.columns; did you mean grower?"),
        ((WINE, "split.folds=1"), "split.folds: expected int >= 2"),
        ((WINE, "split.folds=51"), "split.folds: expected int <= 50"),
        (
            (DIABETES, "+gate.fairness.limits.selection_rate=0.1"),
            "gate.fairness.limits: selection_rate is no rate of regression; there are mean_error,",
        ),
        (
            (WINE, "+gate.fairness.limits.mae=1"),
            "gate.fairness.limits: mae is no rate of multiclass; there are error_rate",
        ),
        (
            ("+gate.fairness.limits.mean_error=1",),
            "gate.fairness.limits: mean_error is no rate of binary; there are selection_rate, err",
        ),
        ((DIABETES, "gate.fairness.columns=[height]"), "gate.fairness.columns: 'height' is not on"),
    ],
)
def test_what_does_not_fit_is_refused(overrides: tuple[str, ...], line: str) -> None:
    assert line in refusal(*overrides)


@pytest.mark.parametrize(
    "name", ["score", "baseline_score", "score.first", "baseline_score.x", "served.id"]
)
def test_the_columns_of_the_scores_are_reserved(name: str) -> None:
    values = compose(PROJECT / "conf", [WINE]).values
    values["data"]["columns"][name] = {"type": "number"}
    with pytest.raises(UserError) as error:
        typed(values, "params.yaml")
    said = f"params.yaml: data: columns: '{name}' is kept for columns that are added to a row"
    assert str(error.value) == said


@pytest.mark.parametrize("name", ["scores", "my_score", "score_x", "prescore", "served"])
def test_other_names_are_free(name: str) -> None:
    assert name in config_of(WINE, f"+data.columns.{name}={{type:number}}").data.features


@pytest.mark.parametrize(
    "overrides",
    [
        ("data.group=carrier", "split=group", "data.resample=group"),
        ("data.start=null", "data.through=null"),
        ("+model.calibration=isotonic", "+model.class_weight=balanced"),
        (WINE, "split=hash", "+model.calibration=sigmoid"),
        (DIABETES, "gate.fairness.columns=[sex]", "+gate.fairness.limits.mean_error=5"),
        (DIABETES, "evaluation.metric=rmse", "+gate.required.mae=40"),
        (CANCER, "split=cross_validation"),
    ],
)
def test_what_fits_is_accepted(overrides: tuple[str, ...]) -> None:
    config_of(*overrides)


def test_classes_are_those_that_are_declared_in_their_order() -> None:
    assert config_of(WINE).data.classes == ["first", "second", "third"]
    assert config_of(CANCER).data.classes == config_of(DIABETES).data.classes == []
