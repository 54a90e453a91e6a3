"""Measuring answers: the project's own question set, and any other in the same format."""
