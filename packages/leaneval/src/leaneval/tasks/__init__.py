"""The tasks of lm-evaluation-harness: YAML files beside the class that they name.

The entry-point group `lm_eval.tasks` names this package, whose folder the harness scans.
"""

from pathlib import Path

FOLDER = str(Path(__file__).resolve().parent)
"""For `TaskManager(include_path=FOLDER, include_defaults=False)`: these tasks alone, without the
seconds that the harness takes to read the descriptions of its own."""
