"""The library of stories: reading, cutting, embedding, keeping and searching them.

Knows stories only: no model that writes, no person, no settings.
"""
