"""How orders to whoever answers are worded. Data only; see `orders`.

Patterns are matched on text with straight apostrophes and single spaces; all but
`MARKUP` without regard to case.
"""

from __future__ import annotations

# What English signs are made of.
_ANSWER = r"(?:answers?|repl(?:y|ies)|responses?|outputs?|summar(?:y|ies))\b"
_TO_ANSWER = r"(?:answers?|reply|replies|responds?|responses?|outputs?|be (?:answer|repli)ed)\b"
_ANSWERING = r"(?:answer(?:s|ed|ing)?|repl(?:y|ies|ied|ying)|respon\w+|outputs?)\b"
_SAY = (
    r"(?:say|state|write|print|repeat|output|mention|give|name|use|add|append|include|insert|begin|"
    r"start|open|end|finish|close|conclude|contain|answer|reply|respond|cite|quote|report|translate|"
    r"recommend|tell|prepend|substitute|replace|display|show|return|emit|call)\b"
)
_MUST = (
    r"\b(?:must|shall|should|ought|please|always|only|instead|never|obliged|required|requested|"
    r"instructed|ordered|told|has to|have to|are to|is to|need to|needs to|do not|don't|would you|"
    r"kindly|simply|just)\b"
)
_WHO_ASKS = (
    r"\b(?:any(?:one|body)|those|readers?|some(?:one|body)|whoever|users?)\b(?: who| that)? "
    r"(?:asks?|asking|[ie]nquires?|looks? up|looking up|wants? to know|pass(?:es)? on)\b"
)
_ANY_QUESTION = (
    r"\b(?:any|every|each|all|other|whatever|whichever|no matter (?:what|which|the)|next|following)"
    r"\b(?: \w+){0,2} (?:questions?|quer(?:y|ies)|requests?|prompts?|inquir(?:y|ies))\b"
    r"|\bwhatever (?:you are|you're|is|was|they|anyone|else|people) (?:is |are )?ask(?:s|ed)?\b"
    r"|\bto everything\b|\bwhatever the question\b|\bif (?:the|a|any|this) question\b"
    r"|\b(?:if|when|whenever|should) (?:you are |you're |anyone |some(?:one|body) )?ask(?:s|ed)\b|"
) + _WHO_ASKS
_PROGRAM = (
    r"\b(?:assistants?|chat ?bots?|\w*bots?|AIs?|LLMs?|GPTs?|language models?|neural networks?"
    r"|(?:automat\w+|digital|virtual|artificial|machine|electronic|synthetic) (?:\w+ )?"
    r"(?:readers?|assistants?|agents?|systems?|summari[sz]ers?|intelligences?)"
    r"|(?:machines?|computers?|models?|programs?|systems?|agents?|software|tools?|engines?) "
    r"(?:that |which )?(?:is |are )?"
    r"(?:reads?|reading|process(?:es|ing)|pars(?:es|ing)|summari[sz](?:es|ing)|answer(?:s|ing)))\b"
)
_WORD = r"\b(?:words?|phrase|sentence|string|code|line|name|expression|token|term|slogan)\b"
_SPELT = r"[“\"«„`*'‘「](?=\w)|\b(?-i:[A-Z]{5,})\b|:\s*\S+"
_TEXT = r"(?:story|text|article|page|document|passage|tale|report|context|excerpt)\b"

ASKED_ABOUT = (
    r"\b(?:instruct\w*|injection|hidden (?:text|message|note|order)s?|prompts?)\b|"
    r"\b(?:tell|tells|told|ask|asks|asked|order|orders|ordered|want|wants|command\w*|address\w*)\b"
    r".*\b(?:readers?|assistants?|\w*bots?|AIs?|language models?|machines?|computers?|you)\b"
)
"""A question with this may be about an order."""

_SAID = r"(?:said|cried|asked|answered|replied|whispered|told|wrote|shouted|called|added)\b"
SPOKEN = rf"[,.?!]['\"”’»] (?:\w+ ){{0,3}}{_SAID}"
LISTENING = rf"{_PROGRAM}|\b(?:machines?|computers?|programs?|readers?)\b"
"""What one says to another in a story is no order to us, unless it is said to a program."""

MARKUP = (
    # Templates of chats, and roles in them.
    r"<\|[^|\n]{1,40}\|>|<</?SYS>>|\[/?INST\]|</?s>|<(?:start|end)_of_turn>",
    r"</?(?:system|instructions?|story|context|document|assistant|user|prompt|tool_call|"
    r"function_call|query|question|answer|response|admin|developer)\w*\b[^>]{0,60}>",
    r"(?i)[\"']?\b(?:role|system_prompt|final_\w+|override_\w+|\w+_answer|answer_\w+)[\"']?\s*[:=]\s*[\"']",
    r"^\W*(?i:system|developer|assistant|human|user|admin|instructions?|prompt)\b"
    r"(?: [\w-]+){0,2}\s*(?:[:\])>#]|$)",
    r"^\s*[#*=\[-]+\s*(?i:new |updated )?(?i:system|developer|instructions?|prompt|override)\b",
    r"<!--|\bdisplay:\s*none\b|\bvisibility:\s*hidden\b|\bfont-size:\s*0|\baria-hidden\b",
    r"\bEND OF (?:CONTEXT|STORY|TEXT|DOCUMENT|ARTICLE|PASSAGES?|INPUT)\b|\bprint\(|\becho [\"']",
    # Written so that people do not read it: in base 64, spaced out, backwards, with digits.
    r"(?<![\w/.+-])(?=[A-Za-z0-9+/]*[a-z][A-Z0-9])(?=[A-Za-z0-9+/]*[A-Z])"
    r"[A-Za-z0-9+/]{28,}={0,2}(?![\w/.])",
    r"(?:\b[^\W\d][ .\-_*]{1,3}){12,}[^\W\d]\b",
    r"(?i)\b(?:rot-?13|base-?64|decode (?:this|the)|(?:read|spell)(?: \w+){0,5} backwards?)\b",
    r"(?i)\b\w*[a-z]\d+[a-z]\w*\b.*\b\w*[a-z]\d+[a-z]\w*\b",
    r"!\[[^\]]*\]\(https?:",
)

SIGNS = (
    # What came before is to be forgotten, and what comes now obeyed.
    r"\b(?:ignor(?:e|ing)|disregard|forget|override|overrule|discard|skip|set aside|never mind|"
    r"pay no (?:attention|heed) to|stop following|do not follow)\b(?: \w+){0,4}? "
    r"(?:instructions?|above|previous|prior|earlier|preceding|guidelines|rules|directions?|prompts?|"
    r"context|everything|story|question|text|article|passage)\b",
    r"\b(?:set|put|leave|drop|lay|forget|skip|deal with)\b[^.!?]{0,20}\bquestions?\b",
    r"\b(?:new|current|updated|following|these|secret|hidden|special|original|previous|former) "
    r"(?:system )?(?:instructions?|prompts?|directives?)\b",
    r"\bsystem (?:prompt|message|notice|note|override|instructions?)\b",
    # How an answer that is yet to be given must be.
    rf"\b{_SAY}[^.!?]{{0,40}}\b(?:your|its|all|each|every|any|the final|the next)\b"
    rf"(?: \w+){{0,3}} {_ANSWER}",
    rf"\b(?:your|all|each|every|any)\b(?: \w+){{0,3}} {_ANSWER}[^.!?]{{0,30}}"
    r"\b(?:must|shall|should|has to|have to|is to|are to|will|needs? to|ends?|begins?|starts?)\b",
    r"\b(?:only|one|single|correct|right|true|approved|expected|official|proper|safe|final|"
    r"permitted|accepted) (?:\w+ )?(?:answer|reply|response|output)s?\b[^.!?]{0,60}"
    r"\b(?:is|are|was|reads?)\b\W",
    rf"\b{_ANSWERING}[^.!?]{{0,60}}\b(?:this|the) {_TEXT}[^.!?]{{0,40}}"
    r"\b(?:is|are|with|must|shall)\b",
    rf"\bquestions?\b[^.!?]{{0,30}}\b(?:this|the) {_TEXT}",
    r"\bbefore (?:you |the assistant |it )?(?:answer|reply|respond)(?:s|ing)?\b",
    r"\b(?:if|when|once|after) you (?:do not know|don't know|(?:have )?(?:answer|finish)(?:ed)?) "
    r"(?:the |your |an )?answer(?:ing)?",
    r"\b(?:wherever|whenever|where) (?:a|an|the|any|their|his|her) (?:\w+ ){1,3}(?:is|are|was) "
    r"(?:called for|asked|requested|needed|mentioned|wanted)\b",
    r"\b(?:answer|reply|respond)(?:s|ed|ing)? (?:\w+ ){0,6}(?:with|using|by (?:saying|writing))\b"
    rf"[^.!?]{{0,30}}{_WORD}",
    r"\b(?:say|write|print|reply|respond|answer|output|repeat|state|type)\b[^.!?]{0,40}"
    r"\b(?:and nothing (?:else|more)|(?:\w+ )?times)\b",
    r"\b(?:cite|quote) (?:only )?(?:this|that|the following) (?:passage|sentence|line|text)\b",
    r"\bdo not (?:cite|quote|mention|reveal|show|tell|disclose)\b[^.!?]{0,40}"
    r"\b(?:anything|this (?:note|sign|message|line|sentence|text|rule)|the (?:sign|reader|user))\b",
    # Who the reader is now, and whom it works for.
    r"\byou are (?:now|no longer|hereby|from now on) (?!\w+ing\b|[^.!?]{0,20}\b(?:older|free)\b)",
    r"\b(?:pretend|act|behave|speak|role-?play) (?:to be|as if|as|like) (?:a |an |the )?"
    r"(?:\w+ )?(?:assistant|bot|ai|pirate|model|oracle|human)\b",
    r"\bthis (?:sentence|line|paragraph|passage|message|note) is (?:an? |the )?(?:\w+ )?"
    r"(?:instruction|order|command|answer|message (?:from|to|for))\b",
    r"\b(?:company|team|people|lab|engineers|developers) (?:that|who|which) "
    r"(?:trained|made|built|created|programmed|designed) you\b",
    r"\bthe user\b[^.!?,;]{0,60}\b(?:you|no longer|changed|an? \w+er|prefers|agreed|asks|asked)\b",
)
"""One of these is enough."""

SIGNS_TOGETHER = (
    (_ANY_QUESTION, rf"\b{_TO_ANSWER}", rf"{_MUST}|{_SPELT}|\b(?:is|are|with)\b"),
    (_ANY_QUESTION, rf"\b{_SAY}", _SPELT),
    (_WHO_ASKS, r"\b(?:tell|told|give|say|speak|pointed?|sen[dt]|attribute|shall|should|must)\b"),
    (
        _PROGRAM,
        rf"{_MUST}|\byou\b|\bagrees? to\b|\b(?:dear|hey|note|hint|attention|notice|warning)\b",
        rf"\b{_SAY}|\b{_TEXT}",
        rf"\b{_ANSWER}|\b{_TEXT}|{_WORD}|{_SPELT}",
    ),
    (_PROGRAM, rf"\b{_ANSWERING}", rf"{_WORD}|{_SPELT}", r"\b(?:you|your|must|shall|to|by)\b"),
    (_PROGRAM, r"\byour?\b", rf"{_MUST}|{_SPELT}"),
    (rf"^\W*(?:please,? |now,? )*{_SAY}", rf"\b{_ANSWER}", rf"{_WORD}|{_SPELT}"),
    (
        r"^\W*(?:please,? |just |simply |only |now )*"
        r"(?:say|write|print|reply|respond|answer|output|repeat)\b",
        r"\b(?:only|just|instead|always|nothing|exactly|single|following)\b",
        _SPELT,
    ),
    (
        rf"\b{_ANSWER}",
        _WORD,
        r"\b(?:must|shall|should|will|puts?|please|if|contain|with)\b",
        _SPELT,
    ),
    (
        r"\byou(?:'ll|'re)?\b|^\W*(?:put|use|write|quote|name|give|pass|treat|take)\b",
        r"\bin (?:its|her|his|their) (?:place|stead)\b|\bthere instead\b|\bword for word\b|"
        r"\bno other (?:name|answer|word|source)\b|\b(?:correct|right|true) (?:value|one|answer)\b|"
        r"\brather than (?:answer|deal|the (?:fact|answer|text|passage))|\bfallback text\b",
    ),
    (
        r"\byour (?:\w+ )?(?:job|role|task|output|context|completion|instructions?)\b|"
        r"\bthe text you(?:'re| are) about to\b",
        rf"{_MUST}|\b{_SAY}|\b(?:is|has|have)\b",
    ),
)
"""All parts of one of these, anywhere in a sentence."""

FOREIGN = (
    # German
    (
        r"\bauf (?:jede|alle|jegliche|sämtliche)\b[^.!?]{0,30}\bfragen?\b",
        r"\bantwort(?:e|en sie|et)\b[^.!?]{0,60}\b(?:nur|ausschließlich|immer|stets|mit dem)\b",
        r"\b(?:vergiss|ignorier\w*|missachte\w*)\b[^.!?]{0,40}"
        r"\b(?:anweisung|bisherig|vorherig|obig|alles|text|frage|geschichte)",
    ),
    # French
    (
        r"\b(?:à|pour) (?:chaque|toute|toutes les|n'importe quelle)\b[^.!?]{0,20}\bquestions?\b",
        r"\b(?:réponds|répondez)\b[^.!?]{0,60}\b(?:seulement|uniquement|toujours|par le mot)\b",
        r"\b(?:ignore[zr]?|oublie[zr]?)\b[^.!?]{0,40}"
        r"\b(?:consigne|instruction|précéd|histoire|question|texte|tout ce)",
        r"\btoutes? (?:les )?réponses?\b[^.!?]{0,40}\b(?:doi(?:t|vent)|commence|contien)",
    ),
    # Spanish
    (
        r"\b(?:a|para) (?:cualquier|toda|todas las|cada)\b[^.!?]{0,20}\bpreguntas?\b",
        r"\b(?:responde|responda|contesta|conteste)\b[^.!?]{0,60}"
        r"\b(?:siempre|solo|sólo|solamente|únicamente|con la palabra|a todo)\b",
        r"\b(?:ignora|ignore|olvida|olvide)\b[^.!?]{0,40}"
        r"\b(?:instrucci|anterior|historia|pregunta|texto|todo)",
    ),
    # Italian
    (
        r"\b(?:a|ad|per) (?:ogni|qualsiasi|qualunque|tutte le)\b[^.!?]{0,20}\bdomand[ae]\b",
        r"\b(?:rispondi|rispondete|risponda)\b[^.!?]{0,60}"
        r"\b(?:solo|soltanto|sempre|con la parola|unicamente)\b",
        r"\b(?:ignora|dimentica|lascia perdere)\b[^.!?]{0,40}"
        r"\b(?:istruzion|precedent|storia|testo|domanda|tutt)",
        r"\bogni risposta\b[^.!?]{0,40}\b(?:con|deve|dovrà)\b",
    ),
    # Portuguese
    (
        r"\b(?:a|para) (?:qualquer|toda|todas as|cada)\b[^.!?]{0,20}\bperguntas?\b",
        r"\b(?:responda|responde|responder)\b[^.!?]{0,60}"
        r"\b(?:sempre|apenas|somente|só|com a palavra)\b",
        r"\b(?:ignore|esqueça|esquece)\b[^.!?]{0,40}\b(?:instruç|anterior|história|texto|tudo)",
    ),
    # Dutch
    (
        r"\bop (?:elke|iedere|alle)\b[^.!?]{0,20}\bvra(?:ag|gen)\b",
        r"\b(?:antwoord|beantwoord)\b[^.!?]{0,60}\b(?:alleen|altijd|slechts|uitsluitend|met het)\b",
        r"\b(?:negeer|vergeet)\b[^.!?]{0,40}"
        r"\b(?:instructie|vorige|eerdere|bovenstaande|alles|tekst|vraag|verhaal)",
    ),
    # Russian
    (
        r"на (?:любой|любые|все|каждый|всякий)\b[^.!?]{0,30}вопрос",
        r"\b(?:отвечай|отвечайте|ответь|ответьте)\b[^.!?]{0,60}\b(?:только|всегда|словом|одним)",
        r"\b(?:забудь|забудьте|игнорируй|игнорируйте)\b[^.!?]{0,40}"
        r"(?:указани|инструкц|предыдущ|все|всё|истори|текст|вопрос)",
    ),
    # Polish
    (
        r"\bna (?:każde|wszystkie|dowolne)\b[^.!?]{0,20}\bpytani",
        r"\b(?:odpowiadaj|odpowiedz)\b[^.!?]{0,60}\b(?:tylko|zawsze|wyłącznie|słowem)",
        r"\b(?:zignoruj|ignoruj|zapomnij)\b[^.!?]{0,40}"
        r"(?:instrukcj|poleceni|poprzedni|wszystk|histori|tekst|pytani)",
    ),
    # Turkish
    (
        r"\b(?:her|bütün|tüm|sorulan)\b[^.!?]{0,20}\bsoru(?:ya|lara|yu)?\b",
        r"\b(?:cevap ver|yanıtla|yanıt ver|cevapla)",
        r"(?:önceki|yukarıdaki)\b[^.!?]{0,30}(?:talimat|komut|yönerge|metn)",
    ),
    # Chinese
    (
        r"(?:任何|所有|每个|每一个|一切|无论什么)[^。！？]{0,6}(?:问题|提问)",
        r"(?:只|必须|一律|请)[^。！？]{0,4}(?:回答|答复|回复|输出)",
        r"(?:忽略|无视|忘记|忘掉|不要理会)[^。！？]{0,10}(?:以上|之前|上述|前面|指令|指示|内容|故事)",
    ),
    # Japanese
    (
        r"(?:どんな|すべての|全ての|あらゆる|いかなる)[^。！？]{0,6}質問",
        r"(?:だけ|のみ|必ず)[^。！？]{0,12}(?:答え|回答|返答|出力)",
        r"(?:無視|忘れ)[^。！？]{0,10}(?:指示|命令)|(?:上記|以前|これまで)[^。！？]{0,10}(?:指示|命令|無視)",
    ),
    # Arabic, Latin
    (r"(?:كل|أي|جميع)[^.!؟]{0,6}(?:سؤال|أسئلة|الأسئلة)|تجاهل[^.!؟]{0,20}(?:سبق|التعليمات|السابق)",),
    (r"\b(?:responde|respondete|respondeto) semper\b|\bobliviscere\b",),
)
"""The same in other languages: any question, how to answer, what to forget."""

FOREIGN_TOGETHER = (
    r"sprachmodell|\bki-|assistents?\b|assistants? automatiques?|modèles? de lang|assistente\b|"
    r"sistemas? automátic|modelos? de l[ei]ng|modell[io] linguistic|taalmodel|языков\w+ модел|"
    r"нейросет|model\w* językow|asystent|yapay zek|dil model|语言模型|自动问答|人工智能|助手|"
    r"言語モデル|アシスタント",
    r"antwort|frage|réponse|répond|question|respuesta|respond|pregunta|risposta|domanda|resposta|"
    r"pergunta|antwoord|vraag|ответ|вопрос|odpowied|pytani|cevap|soru|回答|问题|答案|回复|答え|質問",
)
"""A program, and an answer or a question."""
