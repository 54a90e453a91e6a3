"""Which language a text is written in, told by its script and its commonest words.

Made for questions of a few words, where a question word says more than the
statistics of letters do. In doubt nothing is claimed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

ENOUGH = 0.5
"""The least weight of a language's words; a word of n languages weighs 1 / n."""
MARGIN = 1.3
"""How many times the weight of the next likely language it must have."""
_LONGEST_READ = 4_000
"""Characters."""
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH_ENDING = re.compile(r"(?:n't|'(?:s|t|re|ve|ll|d|m))\b")
"""Would be taken for words of other languages: `s'`, `t'`, `d'`."""
_LETTER_WEIGHT = 0.5
"""What a letter adds that one language alone has: it may stand in a name."""

_WORDS = {
    "en": (
        "the a of and to in is are was were be been do does did has have had what who whom "
        "whose when where why how which that this these those it its he she they them his her "
        "him their there from with for on at by about not but or as if would could should will "
        "can an you your my i we us our me many much long old happened then so than into after "
        "before tell"
    ),
    "de": (
        "der die das den dem des ein eine einen einem einer eines und oder aber nicht ist sind "
        "war waren wird wurde wurden hat haben hatte hatten was wer wen wem wessen wann wo "
        "wohin woher warum wieso weshalb wie welche welcher welches welchen welchem viel viele "
        "lange alt er sie es ihr ihre sein seine seiner ihm ihn von vom zu zum zur im am auf "
        "aus bei mit nach für über um sich auch noch denn dann dort hier gibt kann soll ich du "
        "mir mich passierte geschah heißt"
    ),
    "fr": (
        "le la les l un une des du de d et ou mais ne pas est sont était étaient être a ont "
        "avait avaient qui que qu quoi quel quelle quels quelles quand où pourquoi comment "
        "combien lequel il elle ils elles on lui leur leurs son sa ses ce cet cette ces c y en "
        "dans sur sous avec pour par au aux s se t fait faire après avant je tu vous nous moi "
        "été âge ans"
    ),
    "es": (
        "el la los las un una unos unas de del y o pero no es son era eran fue fueron ha había "
        "está están qué quién quiénes cuál cuáles cuándo dónde adónde por cómo cuánto cuánta "
        "cuántos cuántas cuanto cuanta cuantos cuantas cual que quien quienes como donde cuando "
        "él ella ellos ellas lo le les su sus se en con para a al sobre desde hasta entre tiene "
        "tenía hizo pasó años este esta ese esa yo tú"
    ),
    "it": (
        "il lo la i gli le l un uno una di del dello della dei degli delle d e o ma non è sono "
        "era erano fu furono ha hanno aveva che chi cosa quale quali quando dove dov perché "
        "come quanto quanta quanti quante lui lei loro egli ella suo sua suoi sue si ci in nel "
        "nella nei nelle con per da dal dalla dai al alla ai alle su sul sulla tra fra stato "
        "stata successo anni c"
    ),
    "pt": (
        "o a os as um uma uns umas de do da dos das e ou mas não é são era eram foi foram há "
        "tem tinha que quê quem qual quais quando onde por porque porquê como quanto quanta "
        "quantos quantas ele ela eles elas lhe seu sua seus suas se em no na nos nas com para "
        "ao à aos pelo pela sobre entre está estão este esta isso aconteceu anos você eu até"
    ),
    "nl": (
        "de het een en of maar niet geen is zijn was waren wordt werd werden heeft hebben had "
        "hadden wat wie waar wanneer waarom hoe welke welk hoeveel hoelang waarheen hij zij ze "
        "hem haar hun zich van naar voor met bij op aan in uit over om te dat die deze dit er "
        "ook nog dan toen daar hier gebeurde heet oud lang veel kan moet ik je jij mij"
    ),
    "pl": (
        "i a w we z ze na do od o po za przez przy dla u nie tak jest są był była było byli "
        "były ma mają miał miała co kto kogo komu czyj kim czym kiedy gdzie dokąd skąd dlaczego "
        "czemu jak jaki jaka jakie który która które ile ilu czy on ona ono oni one jego jej "
        "ich go mu się ten ta to te tego tej tym że ale lub lat stało został została nazywa"
    ),
    "tr": (
        "ve ile bir bu şu o da de mi mı mu mü ne kim kimin kime kimi nerede nereye nereden "
        "neden niçin niye nasıl hangi kaç zaman değil var yok oldu olan için gibi daha çok en "
        "ama veya onun onlar onlara onu ona kadar sonra önce göre yaşında kaçta nedir kimdir "
        "idi yaptı"
    ),
    "ru": (
        "и в во не на с со что чего чем кто кого кому чей когда где куда откуда почему зачем "
        "как какой какая какие какое каком каких какую который сколько ли он она оно они его её "
        "ее их ему ей им был была было были есть это этот эта эти то же по из за от до для о об "
        "у к ко но или лет случилось зовут звали"
    ),
    "uk": (
        "і й та в у не на з із зі що хто кого кому чий коли де куди звідки чому навіщо як який "
        "яка яких якому які яке котрий скільки чи він вона воно вони його її їх йому їй їм був "
        "була було були є це цей ця ці той по за від до для про але або років сталося звати "
        "звали"
    ),
}
_LETTERS = {
    "de": "ß",
    "fr": "œçêî",
    "es": "ñ¿¡",
    "pt": "ãõ",
    "pl": "łżźśćńąę",
    "tr": "ğşı",
    "ru": "ыэъё",
    "uk": "іїєґ",
}
_OWNERS = Counter(word for words in _WORDS.values() for word in set(words.split()))
_WEIGHTS = {
    language: {word: 1 / _OWNERS[word] for word in words.split()}
    for language, words in _WORDS.items()
}


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language `text` is in; empty where that is not clear."""
    text = unicodedata.normalize("NFC", text[:_LONGEST_READ]).replace("İ", "i").lower()
    scripts = Counter(filter(None, map(_script, text)))
    if not scripts:
        return ""
    script, letters = scripts.most_common(1)[0]
    if scripts["kana"] and script in ("kana", "han"):
        return "ja"
    if script == "han":
        return "zh"
    if script == "arabic":
        return "" if re.search("[پچژگٹڈڑے]", text) else "ar"
    if script == "other" or letters < 0.7 * scripts.total():
        return ""
    words = _WORD.findall(_ENGLISH_ENDING.sub(" ", text.replace("’", "'")))
    weights = {language: _weight(language, text, words) for language in _WORDS}
    (likely, most), (_, next_most), *_ = sorted(weights.items(), key=lambda w: -w[1])
    return likely if most >= ENOUGH and most >= MARGIN * next_most else ""


def _weight(language: str, text: str, words: list[str]) -> float:
    own = _WEIGHTS[language]
    letters = sum(letter in text for letter in _LETTERS.get(language, ""))
    return sum(own.get(word, 0.0) for word in words) + _LETTER_WEIGHT * letters


def _script(character: str) -> str:
    """The script of a letter; empty for what is none."""
    if not character.isalpha():
        return ""
    name = unicodedata.name(character, "")
    if name.startswith("LATIN"):
        return "latin"
    if name.startswith("CYRILLIC"):
        return "cyrillic"
    if name.startswith(("HIRAGANA", "KATAKANA")):
        return "kana"
    if name.startswith("CJK"):
        return "han"
    return "arabic" if name.startswith("ARABIC") else "other"
