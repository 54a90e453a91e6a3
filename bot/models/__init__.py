"""The weights: which there are, where they come from, whether they are whole and fit this machine.

Knows files and where they are kept, not what is done with them.
"""
