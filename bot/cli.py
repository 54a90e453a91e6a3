"""The front door: argument parsing, nothing else."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.terminal.exits import Exit
    from bot.terminal.screen import Screen

app = typer.Typer(
    name="storychat",
    help="Ask a story questions; every sentence of the answer is footnoted to its words.",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
)
models = typer.Typer(help="List the weights storychat knows, or fetch them.")
app.add_typer(models, name="models")

LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", metavar="DIR", help="Folder of the library [STORYCHAT_LIBRARY]."),
]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME|FILE.gguf", help="Model that answers [STORYCHAT_MODEL]."),
]
StoryOption = Annotated[
    str | None, typer.Option("--story", metavar="ID|FILE", help="Stay within this story.")
]


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    library: LibraryOption = None,
    model: ModelOption = None,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Without a command: chat with the whole library."""
    context.obj = {"library": library, "model": model}
    if version:
        from bot import __version__

        typer.echo(f"storychat {__version__}")
        raise typer.Exit()
    if context.invoked_subcommand is None:
        chat(context, None, None, None)


@app.command()
def add(
    context: typer.Context,
    sources: Annotated[list[str] | None, typer.Argument(metavar="SOURCE...")] = None,
    watch: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Add what comes into a folder, until Ctrl-C."),
    ] = None,
    library: LibraryOption = None,
) -> None:
    """Add or update stories: files, folders, addresses, feeds, or - for standard input.

    Read are web pages, PDF, EPUB, Word, Markdown, RSS and Atom, and plain text.
    """
    if bool(sources) == (watch is not None):
        raise typer.BadParameter("Give either SOURCE... or --watch FOLDER.")

    def run(settings: Settings, screen: Screen, notes: Screen) -> Exit:
        from bot.terminal import stories

        if watch is not None:
            return stories.watch(settings, watch, screen=screen, notes=notes)
        assert sources is not None
        return stories.add(settings, sources, screen=screen, notes=notes)

    _run(context, run, library=library)


@app.command("ls")
def list_stories(context: typer.Context, library: LibraryOption = None) -> None:
    """List the stories of the library."""

    def run(settings: Settings, screen: Screen, notes: Screen) -> Exit:
        from bot.terminal import stories

        return stories.list_entries(settings, screen=screen, notes=notes)

    _run(context, run, library=library)


@app.command("show")
def show_story(
    context: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID")],
    library: LibraryOption = None,
) -> None:
    """Show a story, its sentences numbered, and where it comes from."""

    def run(settings: Settings, screen: Screen, notes: Screen) -> Exit:
        from bot.terminal import stories

        return stories.show(settings, id, screen=screen)

    _run(context, run, library=library)


@app.command("export")
def export_library(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    library: LibraryOption = None,
) -> None:
    """Write the whole library to one file."""

    def run(settings: Settings, screen: Screen, notes: Screen) -> Exit:
        from bot.terminal import stories

        return stories.export(settings, file, screen=screen)

    _run(context, run, library=library)


@app.command("import")
def import_library(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    library: LibraryOption = None,
) -> None:
    """Add the stories of an exported library."""

    def run(settings: Settings, screen: Screen, notes: Screen) -> Exit:
        from bot.terminal import stories

        return stories.import_file(settings, file, screen=screen)

    _run(context, run, library=library)


@app.command("repair")
def repair_library(context: typer.Context, library: LibraryOption = None) -> None:
    """Save every story that can still be read of a damaged library."""

    def run(settings: Settings, screen: Screen, notes: Screen) -> Exit:
        from bot.terminal import stories

        return stories.mend(settings, screen=screen)

    _run(context, run, library=library)


@app.command("rm")
def remove(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID...")],
    library: LibraryOption = None,
) -> None:
    """Remove stories from the library."""

    def run(settings: Settings, screen: Screen, notes: Screen) -> Exit:
        from bot.terminal import stories

        return stories.remove(settings, ids, screen=screen, notes=notes)

    _run(context, run, library=library)


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str | None, typer.Argument(metavar="QUESTION")] = None,
    story: StoryOption = None,
    questions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.jsonl", help="Answer a file: a line {id, question[, story]} each."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, one line each.")] = False,
    library: LibraryOption = None,
    model: ModelOption = None,
) -> None:
    """Ask one question (exit code 3: the story does not say), or a file of questions."""
    if (question is None) == (questions is None):
        raise typer.BadParameter("Give either a QUESTION or --questions FILE.jsonl.")
    if questions is not None and not as_json:
        raise typer.BadParameter("--questions answers as JSON only: add --json.")

    def run(settings: Settings, screen: Screen, notes: Screen) -> Exit:
        from bot.terminal import asking

        if questions is not None:
            return asking.ask_file(settings, questions, story=story, screen=screen)
        assert question is not None
        text = sys.stdin.buffer.read().decode("utf-8", "replace") if question == "-" else question
        if as_json:
            return asking.ask_for_json(settings, text, story=story, screen=screen)
        return asking.ask(settings, text, story=story, screen=screen, notes=notes)

    _run(context, run, library=library, model=model)


@app.command()
def chat(
    context: typer.Context,
    story: Annotated[str | None, typer.Argument(metavar="[STORY]")] = None,
    library: LibraryOption = None,
    model: ModelOption = None,
) -> None:
    """Chat about a story (an id, or a file that is added), or about the whole library.

    With a pipe on standard input each line is answered, and the chat ends.
    """

    def run(settings: Settings, screen: Screen, notes: Screen) -> Exit:
        from bot.terminal import asking

        return asking.converse(settings, story=story, screen=screen, notes=notes)

    _run(context, run, library=library, model=model)


@app.command()
def telegram(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Check token, weights, library.")] = False,
    health: Annotated[bool, typer.Option("--health", help="Is the running bot well?")] = False,
    feedback: Annotated[bool, typer.Option("--feedback", help="Write what got a thumb.")] = False,
    library: LibraryOption = None,
    model: ModelOption = None,
) -> None:
    """Serve the chat in Telegram. The token is in STORYCHAT_TELEGRAM_TOKEN or its _FILE."""
    if check + health + feedback > 1:
        raise typer.BadParameter("Give only one of --check, --health and --feedback.")

    def run(settings: Settings, screen: Screen, notes: Screen) -> Exit:
        from bot.telegram import running

        if check:
            return running.check_all(settings, screen=screen)
        if health:
            return running.say_health(settings, screen=screen)
        if feedback:
            return running.write_feedback(settings, screen=screen)
        return running.run(settings, screen=screen)

    _run(context, run, library=library, model=model)


@models.callback(invoke_without_command=True)
def list_models(context: typer.Context) -> None:
    """List the weights and which are on this machine."""
    if context.invoked_subcommand is not None:
        return

    def run(settings: Settings, screen: Screen, notes: Screen) -> Exit:
        from bot.terminal import weights

        return weights.list_weights(settings, screen=screen)

    _run(context, run)


@models.command("fetch")
def fetch_models(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME...]")] = None,
) -> None:
    """Fetch weights; without a name, those that the settings need."""

    def run(settings: Settings, screen: Screen, notes: Screen) -> Exit:
        from bot.terminal import weights

        return weights.fetch_weights(settings, names or [], notes=notes)

    _run(context, run)


def _run(
    context: typer.Context, command: Callable[[Settings, Screen, Screen], Exit], **given: Any
) -> None:
    """Run a command with the settings given before or behind it, and end with its exit code."""
    from bot.errors import StorychatError
    from bot.settings import environment, read_settings
    from bot.terminal.exits import Exit
    from bot.terminal.rendering import visible
    from bot.terminal.screen import Screen
    from index.errors import LibraryError

    general: dict[str, Any] = context.find_root().obj or {}
    values = general | {name: value for name, value in given.items() if value is not None}
    screen = Screen.of(sys.stdout, environ=environment())
    notes = Screen.of(sys.stderr, environ=environment())
    try:
        code = command(read_settings(**values), screen, notes)
    except (StorychatError, LibraryError) as error:
        notes.write(f"storychat: {visible(str(error))}\n")
        code = Exit.ERROR
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    raise typer.Exit(code)


def main() -> None:
    """Entry point. A question as the only argument is asked: `storychat "Who is Anna?"`."""
    arguments = sys.argv[1:]
    if len(arguments) == 1 and " " in arguments[0].strip():
        arguments = ["ask", "--", arguments[0]]
    app(args=arguments)


if __name__ == "__main__":
    main()
