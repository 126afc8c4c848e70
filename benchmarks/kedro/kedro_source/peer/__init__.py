"""The same stages as a Kedro project."""
