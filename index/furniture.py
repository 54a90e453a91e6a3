"""How page furniture is worded, in English, German, French, Spanish and Russian. Data only.

Phrases are in lower case, with straight apostrophes and single spaces; see
`cleaning` for what must hold of a line besides.
"""

from __future__ import annotations

LABELS = frozenset(
    {
        # Where an advertisement stood.
        *("advertisement", "advertisements", "advert", "sponsored", "sponsored content"),
        *("paid content", "paid post", "story continues below", "article continues below"),
        *("story continues below advertisement", "article continues below advertisement"),
        *("article continues after advertisement", "story continues after advertisement"),
        *("advertisement - continue reading below", "scroll to continue", "skip advertisement"),
        *("anzeige", "werbung", "nach der anzeige weiterlesen", "weiter nach der werbung"),
        *(
            "publicité",
            "contenu sponsorisé",
            "la suite après la publicité",
            "la suite après cette publicité",
        ),
        *("publicidad", "anuncio", "contenido patrocinado", "continúa después de la publicidad"),
        *("реклама", "на правах рекламы", "партнёрский материал", "партнерский материал"),
        *("продолжение после рекламы",),
        # Buttons and ways off the page.
        *("leave a comment", "leave a reply", "skip to content", "skip to main content"),
        *("back to top", "log in to comment", "click here to subscribe", "subscribe now"),
        *("sign up now", "continue reading", "read more", "read the full story", "watch now"),
        *("share this article", "share this story", "share this", "share this page"),
        *(
            "artikel teilen",
            "kommentar schreiben",
            "zum inhalt springen",
            "nach oben",
            "weiterlesen",
        ),
        *("mehr lesen", "jetzt abonnieren", "partager l'article", "partager cet article"),
        *("laisser un commentaire", "lire la suite", "je m'abonne", "aller au contenu"),
        *("compartir este artículo", "dejar un comentario", "seguir leyendo", "leer más"),
        *("suscríbete", "ir al contenido", "поделиться", "поделиться статьёй", "читать далее"),
        *("оставить комментарий", "читать полностью", "подписаться", "перейти к содержанию"),
        # Cookies.
        *("accept cookies", "accept all cookies", "reject all cookies", "manage cookies"),
        *(
            "cookie settings",
            "cookie policy",
            "manage cookie preferences",
            "alle cookies akzeptieren",
        ),
        *("cookie-einstellungen", "accepter les cookies", "tout accepter", "gérer les cookies"),
        *(
            "aceptar todas las cookies",
            "aceptar cookies",
            "configurar cookies",
            "принять все cookie",
        ),
    }
)
"""Whole lines."""

LIST_LABELS = frozenset(
    {
        *("related", "related articles", "related stories", "related content", "related links"),
        *("related topics", "read next", "read also", "you may also like", "you might also like"),
        *("more on this story", "more from this section", "more stories", "recommended for you"),
        *("most read", "most popular", "trending now", "top stories", "recommended stories"),
        *("mehr zum thema", "lesen sie auch", "das könnte sie auch interessieren", "meistgelesen"),
        *("auch interessant", "ähnliche artikel", "weitere artikel", "à lire aussi", "lire aussi"),
        *("sur le même sujet", "les plus lus", "vous aimerez aussi", "dans la même rubrique"),
        *("noticias relacionadas", "artículos relacionados", "te puede interesar", "lo más leído"),
        *(
            "lea también",
            "lee también",
            "más noticias",
            "читайте также",
            "по теме",
            "самое читаемое",
        ),
        *("материалы по теме", "смотрите также", "другие новости", "вам может быть интересно"),
    }
)
"""Whole lines above a list of other pieces."""

OPENINGS = (
    *("read more", "read also", "read next", "also read", "related story", "related stories"),
    *("related article", "related articles", "also in the news", "you may also like"),
    *("you might also like", "more on this story", "recommended reading", "recommended for you"),
    *("sponsored content", "sponsored post", "paid content", "advertisement feature"),
    *("lesen sie auch", "lesen sie mehr", "lies auch", "mehr zum thema", "auch interessant"),
    *("das könnte sie auch interessieren", "weiterlesen", "à lire aussi", "lire aussi"),
    *(
        "à lire également",
        "lire également",
        "à voir aussi",
        "sur le même sujet",
        "contenu sponsorisé",
    ),
    *("lea también", "lee también", "leer más", "te puede interesar", "le puede interesar"),
    *("contenido patrocinado", "noticias relacionadas", "читайте также", "смотрите также"),
    *("по теме", "материалы по теме", "на правах рекламы", "вам может быть интересно"),
)
"""Before a colon or dash they lead elsewhere, whatever follows."""

SPONSORS = ("sponsored", "advertorial", "promoted content", "anzeige", "werbung", "publicité")
"""Before a colon or dash an advertisement follows, if the lines around are a story's."""

POINTERS = (
    *("related", "watch", "watch now", "watch live", "listen", "listen now", "in pictures"),
    *("in photos", "in video", "video", "gallery", "photos", "don't miss", "see also"),
    *("what to read next", "up next", "trending", "trending now", "most read", "explainer"),
    *("podcast", "live", "live blog", "opinion", "quiz", "editor's pick", "editors' picks"),
    *("im video", "fotostrecke", "in bildern", "nicht verpassen", "jetzt anhören", "meistgelesen"),
    *("en images", "en vidéo", "vidéo", "diaporama", "à ne pas manquer", "écoutez", "regardez"),
    *("en imágenes", "en fotos", "vídeo", "galería", "no te pierdas", "escucha", "mira también"),
    *("фото", "видео", "фотогалерея", "не пропустите", "смотрите", "слушайте", "подкаст"),
)
"""Before a colon they lead elsewhere, if a bare headline follows and all around is a story's."""

MORE_FROM = ("more from", "more on", "more in", "mehr aus", "plus de", "más de", "ещё из", "еще из")
"""Pointers that name a place or section before the colon."""

FULL_ARTICLE = (
    r"(?:read|see|view|get|continue reading) (?:the |this |our )?(?:full|whole|entire|complete|"
    r"original|rest of the|rest of this) (?:article|story|report|interview|piece|post|text)",
    r"(?:hier )?(?:den )?(?:ganzen|vollständigen) (?:artikel|beitrag|text) (?:hier )?lesen",
    r"lesen sie (?:hier )?den (?:ganzen|vollständigen) (?:artikel|beitrag|text)",
    r"(?:lire|lisez|retrouvez) (?:l'article|le texte) (?:complet|intégral|entier)",
    r"l(?:eer|ee|ea) (?:el|la) (?:artículo|noticia|nota) complet[oa]",
    r"(?:читать|читайте) (?:статью|материал|текст|новость) (?:полностью|целиком)",
)
"""Whole lines as regular expressions; "here" or a page's name may follow."""

INVITATIONS = (
    *(
        "sign up",
        "sign me up",
        "subscribe",
        "subscribe to",
        "follow",
        "follow us",
        "join",
        "join us",
    ),
    *(
        "listen to",
        "listen now",
        "download",
        "get",
        "support",
        "become",
        "continue reading",
        "like us",
    ),
    *("receive", "never miss", "don't miss", "unlock", "try", "click here", "enjoying this"),
    *(
        "abonnieren sie",
        "abonniere",
        "jetzt abonnieren",
        "folgen sie",
        "folge uns",
        "melden sie sich",
    ),
    *("hören sie", "laden sie", "unterstützen sie", "weiterlesen mit", "jetzt anmelden"),
    *("abonnez-vous", "inscrivez-vous", "suivez-nous", "suivez", "recevez", "téléchargez"),
    *("soutenez", "écoutez", "rejoignez", "poursuivez votre lecture"),
    *("suscríbete", "suscríbase", "síguenos", "síganos", "regístrate", "recibe", "descarga"),
    *("apoya", "escucha", "únete", "sigue leyendo"),
    *("подпишитесь", "подписывайтесь", "следите", "скачайте", "поддержите", "получайте"),
    *("присоединяйтесь", "слушайте", "читайте нас"),
)
"""Openings of lines that want something of the reader."""

WARES = (
    r"newsletters?|inbox|podcasts?|live ?blog|subscriptions?|journalism|digital access|"
    r"unlimited access|(?:weekly|daily|free) e-?mails?|push notifications?|news alerts?|our app|"
    r"facebook|instagram|twitter|tiktok|youtube|whatsapp|telegram|linkedin|threads|bluesky|"
    r"postfach|liveblog|journalismus|abonnements?|boîte mail|lettre d'information|"
    r"infolettre|journalisme|boletín|bandeja de entrada|periodismo|suscripción|"
    r"рассылк\w*|телеграм\w*|вконтакте|подкаст\w*|подписк\w*|журналистик\w*|одноклассник\w*"
)
"""What such lines offer, as a regular expression."""

OWN = (
    r"our|us|my|your|free|now|today|here|[£$€]\s?\d+|price|become a|"
    r"unser\w*|uns|ihr\w*|dein\w*|jetzt|kostenlos\w*|hier|gratis|"
    r"notre|nos|nous|votre|vos|gratuit\w*|ici|nuestr[oa]s?|tu|tus|su|aquí|síguenos|"
    r"наш\w*|нас|ваш\w*|бесплатн\w*|здесь"
)
"""That the page speaks for itself, as a regular expression."""

COOKIES = (
    r"(?:we|this (?:web)?site|our (?:web)?site) (?:and our partners )?uses? cookies\b",
    r"(?:wir verwenden|wir nutzen|diese (?:web)?seite verwendet|diese website verwendet) cookies\b",
    r"(?:nous utilisons|ce site utilise) des cookies\b",
    r"(?:utilizamos|usamos|este sitio (?:web )?(?:usa|utiliza)) cookies\b",
    r"(?:мы используем|(?:этот |наш )?сайт использует) (?:файлы )?cookie",
)
"""Openings, as regular expressions."""

COOKIE_ENDS = (
    r"experience|website|our site|this site|traffic|personali[sz]e|consent|privacy|browser|"
    r"website|seite|nutzung|datenschutz|expérience|site|navigation|confidentialité|experiencia|"
    r"sitio|navegación|privacidad|сайт\w*|работ\w*|конфиденциальност\w*"
)
"""What cookies of a page are for, as a regular expression: others are of butter."""

SHARING = frozenset(
    {
        *(
            "share",
            "tweet",
            "post",
            "pin",
            "print",
            "email",
            "e-mail",
            "copy link",
            "save",
            "reddit",
        ),
        *("facebook", "twitter", "x", "whatsapp", "linkedin", "telegram", "pinterest", "flipboard"),
        *("teilen", "drucken", "partager", "imprimer", "compartir", "imprimir", "on", "via", "by"),
        *("поделиться", "вконтакте", "одноклассники", "auf", "sur", "en", "per", "und", "and"),
        *("copy", "link", "mail", "threads", "bluesky", "messenger", "tumblr", "xing", "viber"),
    }
)
NETWORKS = frozenset(
    {
        *("facebook", "twitter", "whatsapp", "linkedin", "pinterest", "reddit", "flipboard"),
        *("вконтакте", "одноклассники", "xing", "telegram", "tumblr", "viber"),
    }
)
SHARE_WORDS = frozenset(
    {"share", "tweet", "teilen", "partager", "compartir", "поделиться", "print", "drucken"}
)
"""A row of buttons is made of `SHARING` alone, with a network and one of these."""

READER = frozenset(
    {
        *("you", "your", "yours", "yourself", "you're", "you'll", "you've"),
        *("du", "dein", "deine", "deinen", "deinem", "deiner", "dich", "dir"),
        *("vous", "votre", "vos", "tu", "tus", "tú", "usted", "ustedes", "te"),
        *("вы", "вас", "вам", "вами", "ваш", "ваша", "ваше", "ваши", "вашу", "вашего", "вашей"),
    }
)
"""Words that speak to the reader."""

BOASTS = (
    r"(?:most|best|worst)\b.*\b(?:ever|all year|of the year|of all time|this year)|"
    r"you won't believe|need to know|will (?:shock|surprise|amaze) |doctors hate|"
    r"(?:jede[rn]?|die man) .*(?:wissen|kennen|probieren) sollten?|"
    r"(?:à connaître|à essayer|qu'il faut) |que (?:todos|nadie) deb|которые (?:должен|нужно|стоит) "
)
"""How a headline calls out to anyone, as a regular expression."""

NUMBERS = (
    *("three", "four", "five", "six", "seven", "eight", "nine", "ten", "drei", "vier", "fünf"),
    *("sechs", "sieben", "acht", "neun", "zehn", "trois", "quatre", "cinq", "sept", "huit", "neuf"),
    *("dix", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "три", "четыре"),
    *("пять", "шесть", "семь", "восемь", "девять", "десять"),
)
ADVISING = (
    r"\bshould\b|\bmust\b|\bto try\b|\bto know\b|\byou\b|\bsollten?\b|\bmüssen?\b|\bfaut\b|"
    r"\bdeber?\w*|\bстоит\b|\bдолжн\w+|\bнужно\b|à (?:essayer|connaître|éviter)"
)
"""A number at the start and this after it: advice counted out."""

_FUNCTION_WORDS = """
a about after again all also an and any are as at be because been before being but by can could
did do does down even ever every first five for four from get had has have he her here him his
how if in into is it its just know last like made make many may me might more most much must my
need new no nor not now of off on one only or other our out over own said same say see seven she
should six so some such take tell ten than that the their them then there these they thing
things this those three to too two under until up us use very want was way ways we were what
when where which while who whom whose why will with without would you your yours
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Words that two texts share by chance."""
