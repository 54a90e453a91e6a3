"""Measuring speed: each figure beside its rival, in the same run, on the same questions."""
