"""`python -m mlops` is the command `mlops`, also where the project itself is not installed."""

from mlops.cli import main

main()
