"""Read a fitted preprocessing: what each feature becomes, as parameters."""

from typing import Any, Literal

from mlops.export.errors import UnsupportedError
from mlops.scoring.inputs import Input
from msgspec.structs import replace

UNSEEN = "\N{REPLACEMENT CHARACTER} seen in no training row \N{REPLACEMENT CHARACTER}"


def read(preprocessing: Any) -> list[Input]:
    """The inputs that a fitted ColumnTransformer makes, in their order.

    Encoders and imputers are asked what they make of each category and of null, which leaves their
    rules to them. Raise `UnsupportedError` for a step that `mlops.model.preprocessing` has not.
    """
    from sklearn.compose import ColumnTransformer

    if type(preprocessing) is not ColumnTransformer:
        raise UnsupportedError(f"{type(preprocessing).__name__} is no preprocessing that is known")
    found: list[Input] = []
    for _, step, columns in preprocessing.transformers_:
        if len(columns) and step != "drop":
            found += of_step(step, [str(name) for name in columns])
    return found


def of_step(step: Any, columns: list[str]) -> list[Input]:
    """The inputs that one fitted step makes of its columns."""
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder

    if type(step) is FunctionTransformer and step.func is None:
        return [Input(feature=name, kind="number") for name in columns]
    if type(step) is OrdinalEncoder:
        return [ordinal(step, number, name) for number, name in enumerate(columns)]
    if type(step) is OneHotEncoder:
        return [one_hot(step, number, name) for number, name in enumerate(columns)]
    if type(step) is Pipeline:
        return numbers([each for _, each in step.steps], columns)
    raise UnsupportedError(f"{type(step).__name__} is no step that is known")


def numbers(steps: list[Any], columns: list[str]) -> list[Input]:
    """Imputed and scaled numbers, behind them what was missing of some of them."""
    import numpy as np
    import pandas as pd
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import StandardScaler

    if [type(step) for step in steps] != [SimpleImputer, StandardScaler]:
        names = ", ".join(type(step).__name__ for step in steps)
        raise UnsupportedError(f"{names} are no steps that are known")
    imputer, scaler = steps
    asked = pd.DataFrame(np.full((1, len(columns)), np.nan), columns=imputer.feature_names_in_)
    nulls = imputer.transform(asked)[0].tolist()
    told = imputer.indicator_.features_.tolist() if imputer.indicator_ else []
    made = [("number", name) for name in columns] + [("missing", columns[i]) for i in told]
    if len(nulls) != len(made):
        raise UnsupportedError("the imputer leaves columns out")
    centres = np.zeros(len(made)) if scaler.mean_ is None else scaler.mean_
    scales = np.ones(len(made)) if scaler.scale_ is None else scaler.scale_
    return [
        Input(
            feature=name,
            kind="number" if kind == "number" else "missing",
            fill=fill if kind == "number" else None,
            centre=float(centre),
            scale=float(scale),
        )
        for (kind, name), fill, centre, scale in zip(made, nulls, centres, scales, strict=True)
    ]


def ordinal(encoder: Any, number: int, name: str) -> Input:
    """One feature of an OrdinalEncoder."""
    answers = encoder.transform(questions(encoder, number))[:, number].tolist()
    codes = [None if answer != answer else int(answer) for answer in answers]
    if [code for code in codes if code is not None and code < 0]:
        raise UnsupportedError("a category is encoded as a negative number")
    return category(name, "ordinal", encoder.categories_[number], codes)


def one_hot(encoder: Any, number: int, name: str) -> Input:
    """One feature of a OneHotEncoder."""
    from scipy.sparse import csr_array

    widths = encoder._n_features_outs
    start = sum(widths[:number])
    answers = csr_array(encoder.transform(questions(encoder, number)))
    answers = answers[:, start : start + widths[number]].tocsr()
    rows = zip(answers.indptr[:-1].tolist(), answers.indptr[1:].tolist(), strict=True)
    codes = [int(answers.indices[row]) if end > row else None for row, end in rows]
    found = category(name, "one_hot", encoder.categories_[number], codes)
    return replace(found, size=int(widths[number]))


def questions(encoder: Any, number: int) -> Any:
    """A table that has each category of one feature, then one never seen, and null."""
    import pandas as pd

    texts = [text for text in encoder.categories_[number] if isinstance(text, str)]
    asked = [*texts, UNSEEN, None]
    same = {
        name: [known[0]] * len(asked)
        for name, known in zip(encoder.feature_names_in_, encoder.categories_, strict=True)
    }
    return pd.DataFrame(same | {encoder.feature_names_in_[number]: asked}, dtype="str")


def category(
    name: str, kind: Literal["ordinal", "one_hot"], known: Any, codes: list[int | None]
) -> Input:
    """What is made of a category, from the answers to `questions`; a text without a code is unseen.

    Raise `UnsupportedError` where that would give it one.
    """
    texts = [str(text) for text in known if isinstance(text, str)]
    *of_texts, unseen, null = codes
    given = {text: code for text, code in zip(texts, of_texts, strict=True) if code is not None}
    if unseen is not None and len(given) < len(texts):
        raise UnsupportedError(f"some categories of {name} have no code")
    size = max([-1, *given.values(), *(code for code in (unseen, null) if code is not None)]) + 1
    return Input(feature=name, kind=kind, codes=given, unseen=unseen, null=null, size=size)
