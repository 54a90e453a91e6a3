"""storychat: ask a story questions; every sentence of an answer is footnoted to its words.

The front rooms: people, the model that writes, and the answers.
"""

__version__ = "0.1.0"
