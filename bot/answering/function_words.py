"""English words that carry a sentence rather than tell anything, by what they do in it."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """The words of a line."""
    return frozenset(words.split())


ASKING = word_set("who whom whose what which when where why how")
AUXILIARIES = word_set(
    "is are was were be been am do does did has have had can could will would shall should may "
    "might must isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't can't "
    "couldn't won't wouldn't"
)
PREPOSITIONS = word_set(
    "about after against at before behind beside between by during for from in into like near of "
    "off on over since through to under until upon with without"
)
PRONOUNS = word_set(
    "he she it they him her them his hers its their theirs himself herself itself themselves"
)
POINTING = word_set("this that these those such")
ELSE = word_set("other others another else")
COMPARING = ELSE | word_set("same latter former")
ARTICLES = word_set("the a an")
OPENING = word_set("and but or so then also")
EMPTY = ASKING | AUXILIARIES | PREPOSITIONS | PRONOUNS | POINTING | COMPARING | ARTICLES
EMPTY |= OPENING | word_set(
    "many much long far old often more there here not no yes i you we me my your our one ones "
    "exactly really ever now again too either any some all that's what's who's where's"
)
"""All of them."""
SAYING_LITTLE = EMPTY | word_set(
    "because as according said says told year years month months day days"
)
"""And what claims nothing by itself either."""
