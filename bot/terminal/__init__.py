"""Asking in a terminal: the chat, questions from a pipe, and how answers and waiting look."""
