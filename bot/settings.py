"""What a person may set. The only reader of the environment.

A setting's value comes from the command line, else from `STORYCHAT_<NAME>` in
the environment, else from `config.toml` in the user's configuration folder,
else from its default.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from bot.errors import StorychatError

PREFIX = "STORYCHAT_"
_APP = "storychat"


def _data_folder() -> Path:
    return platformdirs.user_data_path(_APP, appauthor=False)


class Settings(BaseModel):
    """All settings, checked; sizes in tokens or bytes as their names say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    library: Path = Field(default_factory=lambda: _data_folder() / "library")
    models: Path = Field(default_factory=lambda: _data_folder() / "models")
    history: Path = Field(
        default_factory=lambda: platformdirs.user_state_path(_APP, appauthor=False) / "history"
    )
    """What was typed in the chat."""
    model: str = "qwen2.5-coder-1.5b"
    """A name of the catalog, or a path to a .gguf file."""
    passages: int = Field(default=8, ge=1, le=16)
    """How many passages the model is given for a question; see excerpts.seen_first."""
    least_evidence: float | None = Field(default=None, ge=0, le=1)
    """How likely an answer must stand in the story to be said; None: as calibrated."""
    context_tokens: int = Field(default=12_288, ge=4096)
    """Tokens that all askers share; 28.7 KB each with the default model."""
    memory_ram_mb: int = Field(default=512, ge=256)
    """Bound of what is remembered of stories in memory, in MB."""
    memory_disk_mb: int = Field(default=4096, ge=0)
    """Bound of the same on disk, beside the library."""
    threads: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    telegram_token: SecretStr | None = None
    telegram_token_file: Path | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_allow: str = ""
    """Ids of users and groups, or `open`; others need a pairing code."""
    telegram_webhook: str = ""
    """The address at which Telegram reaches the bot; empty fetches updates instead."""
    telegram_webhook_port: int = Field(default=8443, ge=1, le=65535)
    telegram_questions_per_hour: int = Field(default=60, ge=1)
    telegram_stories_per_hour: int = Field(default=20, ge=1)
    """Both for one user."""
    telegram_story_characters: int = Field(default=600_000, ge=1_000)
    telegram_stories: int = Field(default=100, ge=1)
    """The most that one chat keeps."""


def read_settings(
    environment: Mapping[str, str] | None = None,
    *,
    file: Path | None = None,
    **given: Any,
) -> Settings:
    """Settings from `given` (None counts as not given), environment and file, in that order.

    Raises StorychatError that names every setting with an unfit value.
    """
    environment = os.environ if environment is None else environment
    file = file or platformdirs.user_config_path(_APP, appauthor=False) / "config.toml"
    values = _from_file(file)
    for name in Settings.model_fields:
        if environment.get(PREFIX + name.upper()):
            values[name] = environment[PREFIX + name.upper()]
    values.update({name: value for name, value in given.items() if value is not None})
    try:
        settings = Settings(**values)
    except ValidationError as error:
        faults = "; ".join(
            f"{PREFIX}{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}"
            for fault in error.errors()
        )
        raise StorychatError(
            f"These settings do not fit: {faults}. Mend them on the command line, in the "
            f"environment or in {file}."
        ) from error
    paths = {name: value for name, value in settings if isinstance(value, Path)}
    return settings.model_copy(update={name: path.expanduser() for name, path in paths.items()})


def environment() -> Mapping[str, str]:
    """The environment itself, for what is said there to all programs, such as NO_COLOR."""
    return os.environ


def _from_file(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StorychatError(f"{file} cannot be read ({error}). Mend or remove it.") from error
