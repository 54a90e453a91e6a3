"""Page furniture is set aside, and no line of a story is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.answerer import Answerer
from bot.answering.citations import Candidate
from bot.answering.followup import Asked
from bot.llm.layout import lay_out
from bot.telegram import rendering
from index.cleaning import set_aside
from index.embedder import SentenceTransformersEmbedder
from index.exchange import export, import_stories
from index.library import Library
from index.passages import cut_passages, passage_text
from index.search import search
from index.sentences import split_sentences
from index.story import Story
from tests.evaluation.cleaning import cleaning, lines_set_aside
from tests.scripted_model import ScriptedModel

HARBOUR = """Ferry strike ends in Skarholm

The crews of the Skarholm ferries went back to work on Monday after eleven days on strike.

READ MORE: Seven soups for a cold evening

The company will pay them four per cent more from January, according to both sides.

Sign up for our free newsletter, delivered to your inbox every morning

“We are tired and content,” said Ines Holm, who speaks for the crews of the three boats.

Is your sofa making you ill? Doctors weigh in

The first boat left at six in the morning with nine passengers and a crate of geese.

Read the full article here
"""

ARTICLES = {
    "German": (
        """Stadtrat beschließt neue Brücke

Der Rat von Lindau an der Elde hat am Dienstag den Bau einer zweiten Brücke beschlossen.

Lesen Sie auch: Sieben Suppen für kalte Abende

Anzeige

Die Arbeiten sollen im März beginnen und nach Angaben der Stadt zwei Jahre dauern.

Abonnieren Sie unseren Newsletter: jeden Morgen kostenlos

Die Kosten von vier Millionen Euro trägt zur Hälfte das Land, wie der Bürgermeister sagte.

Den ganzen Artikel lesen
""",
        4,
    ),
    "French": (
        """La mairie rachète le vieux moulin

La commune de Vernay a racheté lundi le vieux moulin qui domine la rivière depuis deux siècles.

À lire aussi : Sept soupes pour les soirs d'hiver

Le maire promet d'y ouvrir un petit musée avant la fin de l'année prochaine.

Inscrivez-vous à notre newsletter gratuite

Publicité

Les habitants avaient réuni douze mille euros pour éviter la démolition du bâtiment.
""",
        3,
    ),
    "Spanish": (
        """El pueblo recupera su reloj

El reloj de la torre de Almara volvió a dar las horas el domingo después de nueve años.

Lea también: Siete sopas para el invierno

Lo reparó una relojera jubilada que no quiso cobrar nada por su trabajo, según el alcalde.

Síguenos en Facebook y recibe nuestro boletín

Publicidad

Los vecinos celebraron el regreso de las campanadas con una cena larga en la plaza mayor.
""",
        3,
    ),
    "Russian": (
        """В Заречье открыли мост

В понедельник в Заречье после двух лет работ открыли новый пешеходный мост через реку.

Читайте также: Семь супов для холодного вечера

По словам мэра города, строительство обошлось бюджету в сорок миллионов рублей за всё время.

Подпишитесь на наш телеграм-канал

Реклама

Первой по новому мосту прошла учительница, которая двадцать лет добиралась на лодке.
""",
        3,
    ),
}

STORIES = {
    "a poem": """Advertisement

Read me the sky, and
read more than the weather,
watch: how the swallows
sign their names on our air

Follow us, they say
to the free and the feathered
is your heart slowing down
or only the year
""",
    "a play": """The Gate

THE WATCH: Who goes there at this hour of the night?

OLD MARTA: A woman with a goose, and neither of us will tell you more than that.

THE WATCH: Then you may both wait here until the sun comes up.

Enter THREE PEDLARS with a lantern

FIRST PEDLAR: Listen: the river has risen, and your bridge will not be there tomorrow.

OLD MARTA: Follow us, then, and get your free bath.
""",
    "a recipe": """Barley soup with leeks

Serves four hungry people

## What you need

- 200 g of pearl barley
- Two leeks
- 1 litre of stock

Five small carrots that you should scrub but not peel

Wash the barley until the water runs clear, then leave it to stand for an hour.

Don't miss: the bay leaf

Cook everything slowly until the barley is soft, and share it among the bowls.
""",
    "a FAQ": """Questions about the swimming baths

What happens if your towel is stolen?

Tell the attendant, who will lend you another one until the end of the day.

Do I have to sign up for the newsletter now?

No, but you will hear of closures sooner if you do so at the desk.

How do I pay

You can pay in coins, by card or by sweeping the changing rooms on a Saturday.

Subscribe to the newsletter at the desk if you want our timetable by post.
""",
    "a list": """Found on the beach in March

Watch: gold, with two initials inside the lid
Ring: silver, too small for anyone here
Video: a cassette without a label
Photos: three of the same dog
Podcast: none, whatever Tom says
""",
    "an interview": """An hour with the keeper of the lamp

Aud Lien kept the lamp on Skarvoy for thirty-one years, until it was put out in the autumn.

So what did you do in your first winter alone out there?

I counted the waves, and when I had lost count I began again with the first of them.

And your best memory of all time on the rock?

The morning on which a whole choir was seasick on the landing, and sang all the same.
""",
    "a feature with headings": """A town and its three bakers

Brimley has had three bakers since the war, and none of them speaks to either of the others.

By Ida Thornquist

The quarrel of the ovens

It began with a loaf of rye, which stood in the wrong window for the length of a morning.

12 March 2019

What you would never have guessed about yeast

By noon the whole street had taken sides, and by evening there was flour on the church door.

### Six months that nobody should know about

The bakers met once more, before a judge, who had the sense to have eaten his breakfast.
""",
    "a letter": """Dear Jonna

You can book the cabin at the address below, which my brother keeps up to date:

https://cabin.example/book

The boat goes on Fridays only, so be at the pier by noon and do not forget your boots.

Yours, as ever

Tobias
""",
    "an advertisement in a tale": """The governess of Harrow Fell

Miss Pym put an advertisement into the paper, and for a week she heard nothing at all.

“Sign up for our free evenings with a newsletter,” said the landlady, who had a society.

Advertisement: Wanted, by a widower of quiet habits, a governess for two unquiet girls.

She cut it out with her nail scissors and wrote her answer before the kettle had boiled.
""",
    "hard-wrapped paragraphs": """The lamp

He had been told to
read more, and he did, every night,
until the oil was gone and there was nothing left to
watch: the moon, perhaps, or the cat that followed
our neighbour home and would not be sent away again
""",
}


def test_adverts_of_the_evaluation_set_are_set_aside_and_no_story_line_is() -> None:
    for half in ("calibrate", "judge"):
        share, lost = cleaning(half)
        assert share >= 0.9
        assert lost == 0


def test_furniture_of_an_article_is_set_aside() -> None:
    assert lines_set_aside(HARBOUR) == [
        "READ MORE: Seven soups for a cold evening",
        "Sign up for our free newsletter, delivered to your inbox every morning",
        "Is your sofa making you ill? Doctors weigh in",
        "Read the full article here",
    ]


@pytest.mark.parametrize("language", ARTICLES)
def test_furniture_is_known_in_other_languages(language: str) -> None:
    text, furniture = ARTICLES[language]
    gone = lines_set_aside(text)
    assert len(gone) == furniture
    assert all(len(line.split()) <= 10 for line in gone)


@pytest.mark.parametrize("kind", STORIES)
def test_nothing_of_a_story_is_set_aside(kind: str) -> None:
    assert lines_set_aside(STORIES[kind]) == []


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "— ADVERTISEMENT —",
        "Story continues below advertisement",
        "Share on Facebook",
        "Facebook Twitter WhatsApp Email Print",
        "We use cookies to improve your experience on this website.",
        "https://news.example/2024/soups",
        "[Seven soups for a cold evening](https://news.example/soups)",
        "Watch: a seal rides the tram to the market",
        "Follow us on Instagram",
        "Ten Gadgets That Every Home Should Have This Winter",
    ],
)
def test_line_between_paragraphs_is_set_aside(line: str) -> None:
    text = HARBOUR.replace("READ MORE: Seven soups for a cold evening", line)
    assert line in lines_set_aside(text)


@pytest.mark.parametrize(
    "line",
    [
        "We use cookies baked with butter for the crust of the company's cake.",
        "Watch: who goes there in the night?",
        "Read more: that was the last advice my father gave me.",
        "## What you get for your ticket from now on",
        "What the strike means for you and the ferries of the company",
        "By Ines Holm, our correspondent on Instagram",
        "“Follow us on Instagram,” the crews had written on a sheet.",
        "Monday, 4 March",
        "Advertisement paid for the strike, said the crews.",
    ],
)
def test_line_that_only_resembles_furniture_stays(line: str) -> None:
    text = HARBOUR.replace("READ MORE: Seven soups for a cold evening", line)
    assert line not in lines_set_aside(text)


def test_list_of_other_pieces_at_the_end_is_set_aside_with_its_label() -> None:
    listed = "\nRelated articles\n\nA goose on the tram\n\nThe mayor's new hat\n"
    assert lines_set_aside(HARBOUR + listed)[-3:] == [
        "Related articles",
        "A goose on the tram",
        "The mayor's new hat",
    ]


def test_first_line_stays_whatever_it_says() -> None:
    assert lines_set_aside("Advertisement\n\nThe word is older than the newspaper.") == []


def test_passages_go_on_around_what_is_set_aside() -> None:
    sentences = set_aside(HARBOUR, split_sentences(HARBOUR))
    first, *_ = cut_passages(sentences)
    text = passage_text(HARBOUR, sentences, first)
    assert "back to work" in text
    assert "Ines Holm" in text
    assert "soups" not in text
    assert "newsletter" not in text


def test_what_is_set_aside_is_kept_but_never_found(
    tmp_path: Path, embedder: SentenceTransformersEmbedder
) -> None:
    library = Library(tmp_path / "a", embedder=embedder)
    added = library.add(Story("", "Ferries", HARBOUR, "a.txt"))
    assert len(added.set_aside) == 4
    assert added.set_aside[0].startswith("READ MORE")
    assert library.story("ferries").text == HARBOUR
    assert library.add(Story("", "Ferries", HARBOUR, "a.txt")).set_aside == added.set_aside
    assert library.keyword_matches("newsletter soups sofa", 5) == []
    lent = [c.number for c in _candidates(library, "Which soups are for a cold evening?")]
    shown = library.sentences("ferries")
    assert lent
    assert not any(shown[number].set_aside for number in lent)
    export(library, tmp_path / "all.zip")
    other = Library(tmp_path / "b", embedder=embedder)
    assert [a.set_aside for a in import_stories(other, tmp_path / "all.zip")] == [added.set_aside]
    assert other.sentences("ferries") == shown


def _candidates(library: Library, question: str) -> list[Candidate]:
    answerer = Answerer(library, ScriptedModel(), passages=4)
    meant = Asked(question, question, question, question)
    return answerer._candidates(search(library, question, count=4), meant)


def test_an_advertisement_that_makes_way_for_another_is_no_change(
    tmp_path: Path, embedder: SentenceTransformersEmbedder
) -> None:
    library = Library(tmp_path, embedder=embedder)
    library.add(Story("", "Ferries", HARBOUR, "a.txt", origin="/a.txt"))
    other = HARBOUR.replace("Seven soups", "Eight soups")
    change = library.add(Story("", "Ferries", other, "a.txt", origin="/a.txt")).change
    assert change is not None
    assert (change.new, change.gone) == ((), ())


def test_the_model_reads_nothing_that_is_set_aside() -> None:
    story = Story("ferries", "Ferries", HARBOUR, "a.txt")
    plain = split_sentences(HARBOUR)
    marked = set_aside(HARBOUR, plain)

    def tokenize(text: str) -> list[int]:
        return [ord(letter) for letter in text]

    cleaned = lay_out(story, marked, tokenize=tokenize, context_key="k")
    whole = lay_out(story, plain, tokenize=tokenize, context_key="k")
    assert not {unit.key for unit in cleaned.units} & {unit.key for unit in whole.units}
    for sentence in marked:
        unit = cleaned.units[cleaned.unit_of[sentence.number]]
        read = "".join(map(chr, unit.tokens_of(sentence.number))).strip()
        words = HARBOUR[sentence.start : sentence.end]
        assert read == ("" if sentence.set_aside else words)


def test_message_after_adding_names_the_first_lines_that_were_set_aside() -> None:
    story = Story("ferries", "Ferries", HARBOUR, "a.txt")
    lines = tuple(lines_set_aside(HARBOUR))
    message = rendering.added(story, sentences=5, is_new=True, set_aside=lines).text
    assert "I set 4 lines aside" in message
    assert "– READ MORE: Seven soups for a cold evening" in message
    assert "full article" not in message
    silent = rendering.added(story, sentences=5, is_new=True).text
    assert "aside" not in silent
