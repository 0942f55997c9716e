"""The tasks of lm-evaluation-harness: YAML files beside the class that they name.

The entry-point group `lm_eval.tasks` names this package, whose folder the harness scans.
"""
