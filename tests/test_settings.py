"""Settings: given, else environment, else file, else default."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import StorychatError
from bot.settings import read_settings


def test_given_goes_before_environment_before_file_before_default(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('library = "/from/file"\nmodel = "from-file"\npassages = 3\n')
    found = read_settings(
        {"STORYCHAT_MODEL": "from-environment", "STORYCHAT_LIBRARY": "/from/environment"},
        file=file,
        library=Path("/given"),
        model=None,
    )
    assert found.library == Path("/given")
    assert found.model == "from-environment"
    assert found.passages == 3
    assert found.context_tokens == 12_288


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    assert read_settings({"STORYCHAT_MODEL": ""}, file=tmp_path / "none").model


def test_every_unfit_setting_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(StorychatError) as caught:
        read_settings(
            {"STORYCHAT_PASSAGES": "many", "STORYCHAT_THREADS": "0"}, file=tmp_path / "none"
        )
    assert "STORYCHAT_PASSAGES" in str(caught.value)
    assert "STORYCHAT_THREADS" in str(caught.value)


def test_an_unknown_name_in_the_file_is_said(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("colour = 'red'\n")
    with pytest.raises(StorychatError, match="COLOUR"):
        read_settings({}, file=file)


def test_a_file_that_is_no_toml_is_said(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("library = = 3")
    with pytest.raises(StorychatError, match="cannot be read"):
        read_settings({}, file=file)


def test_a_file_in_another_encoding_is_said(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes('library = "Bücher"'.encode("latin-1"))
    with pytest.raises(StorychatError, match="cannot be read"):
        read_settings({}, file=file)


def test_a_tilde_is_the_home_folder(tmp_path: Path) -> None:
    given = {"STORYCHAT_LIBRARY": "~/shelf", "STORYCHAT_TELEGRAM_TOKEN_FILE": "~/token"}
    found = read_settings(given, file=tmp_path / "none")
    assert found.library == Path.home() / "shelf"
    assert found.telegram_token_file == Path.home() / "token"
