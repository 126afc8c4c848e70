"""What is exported: a fitted pipeline, taken apart as far as it is known."""

from functools import cached_property
from typing import Any

from mlops.config.schema import Data
from mlops.export import inputs, outputs, trees
from mlops.export.errors import UnsupportedError
from mlops.scoring.inputs import Input
from mlops.scoring.outputs import Output

STEPS = ["preprocessing", "estimator"]


class Source:
    """A fitted pipeline, and the content of the file that it was loaded from.

    The properties raise `UnsupportedError` for what they do not know.
    """

    def __init__(self, pipeline: Any, content: bytes, data: Data) -> None:
        self.pipeline = pipeline
        self.content = content
        self.data = data

    @cached_property
    def inputs(self) -> list[Input]:
        """What the estimator reads."""
        if own := [name for name, _ in self.pipeline.steps if name not in STEPS]:
            raise UnsupportedError(f"the pipeline has steps of its own: {', '.join(own)}")
        return inputs.read(self.pipeline[0])

    @cached_property
    def calibrated(self) -> tuple[Any, Output]:
        """The estimator, and how its scores are calibrated and ordered."""
        found, output = outputs.uncalibrated(self.pipeline[-1])
        return found, outputs.with_classes(output, self.pipeline[-1], self.data)

    @property
    def estimator(self) -> Any:
        """The estimator, without its calibration."""
        return self.calibrated[0]

    @cached_property
    def ensemble(self) -> trees.Ensemble:
        """The trees of the estimator."""
        return trees.imported(self.estimator)

    def limits(self) -> dict[str, list[float]]:
        """The thresholds of each feature that trees split as it is; empty where there are none."""
        try:
            if not all(each.is_direct for each in self.inputs):
                return {}
            return trees.thresholds(self.ensemble, [each.feature for each in self.inputs])
        except Exception:  # what cannot be read is probed without them
            return {}
