"""The tokens that stand around the story: a model's chat template, filled with our prompts.

A prompt is head + excerpts + tail. The head is the same for every question of
every story, so it is read once; the tail holds the question.
"""

from __future__ import annotations

import datetime
from typing import NoReturn

import prompts
from bot.errors import ModelError
from bot.llm.llama import LlamaContext

_STORY_MARK = "<<story>>"
_QUESTION_MARK = "<<question>>"


class Script:
    """A chat template cut where the story and the question come in."""

    def __init__(self, context: LlamaContext) -> None:
        """Raises ModelError if the weights bring no usable chat template."""
        self._context = context
        source = context.metadata("tokenizer.chat_template")
        if not source:
            raise ModelError(
                "These weights bring no chat template, so they cannot be asked questions. "
                "Choose an instruct model; `storychat models` lists some."
            )
        conversation = _render(source, context)
        before, _, rest = conversation.partition(_STORY_MARK)
        between, _, after = rest.partition(_QUESTION_MARK)
        if not after and not between:
            raise ModelError("The chat template of these weights does not show the user's words.")
        self.head: tuple[int, ...] = tuple(context.tokenize(before, special=True))
        """From the conversation's start to the story."""
        self._between = between
        self._after = after

    def text(self, words: str) -> list[int]:
        """Tokens of a story's or person's words, in which no mark of the template counts."""
        return self._context.tokenize(words)

    def tail(self, question: str) -> list[int]:
        """From the story's end to where the model begins to write."""
        tokenize = self._context.tokenize
        return [
            *tokenize(self._between, special=True),
            *tokenize(question),
            *tokenize(self._after, special=True),
        ]


def _render(source: str, context: LlamaContext) -> str:
    """The conversation with marks for story and question. The template is a stranger's program."""
    from jinja2 import TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def refuse(message: str) -> NoReturn:
        raise TemplateError(message)

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.globals["raise_exception"] = refuse
    environment.globals["strftime_now"] = datetime.datetime.now().strftime
    system = prompts.text("system")
    user = prompts.fill("user", story=_STORY_MARK, question=_QUESTION_MARK)
    marks = {
        "bos_token": context.token_text(context.first_token()),
        "eos_token": context.token_text(context.last_token()),
        "add_generation_prompt": True,
    }
    try:
        template = environment.from_string(source)
        try:
            messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
            return template.render(messages=messages, **marks)
        except TemplateError:  # some models know no system message
            messages = [{"role": "user", "content": f"{system}\n\n{user}"}]
            return template.render(messages=messages, **marks)
    except TemplateError as error:
        raise ModelError(f"The chat template of these weights is faulty: {error}.") from error
