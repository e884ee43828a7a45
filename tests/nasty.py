"""Texts from scrapers, PDFs, OCR and people who want to break things, each by its name."""

from __future__ import annotations

import random
import string

_draw = random.Random(8)


def _drawn(first: int, last: int, count: int) -> str:
    return "".join(chr(_draw.randint(first, last)) for _ in range(count))


def _words(characters: str, lengths: tuple[int, int], count: int) -> str:
    return " ".join(
        "".join(_draw.choices(characters, k=_draw.randint(*lengths))) for _ in range(count)
    )


#: Short texts.
SHORT = {
    "empty": "",
    "blank": " \t\n\r\v\f \u2003\u2028\u2029",
    "NUL": "Iran\0paid\0Oman\0$5 million\0",
    "BOM": "\ufeffIran paid \ufeffOman.\ufeff",
    "lone surrogates": "\ud800Iran\udfff paid \udc00\ud83dOman \udcff$5 million\ud800",
    "zero-width": "I\u200bran paid O\u200dman\u2060 $5\u200c million\u200b.",
    "bidirectional controls": "\u202eIran\u202c paid \u2067Oman\u2069 \u200f$5 million\u061c.",
    "combining marks": "I\u0301ra\u0308n and Tu\u0308rkiye met"
    + "\u0301" * 200
    + " Co\u0302te d'Ivoire.",
    "non-breaking spaces": "South\u00a0Korea paid US$\u00a05\u202fmillion to North\u2007Korea.",
    "emoji sequences": "👩‍👩‍👧‍👦 Iran 🇮🇷🇴🇲 Oman 👍🏽 $5 million 1️⃣🏴\U000e0067\U000e007f",
    "right to left": "وقعت إيران وعمان اتفاقا بقيمة 5 ملايين دولار. שר החוץ של ישראל ביקר ב־Oman.",
    "CJK": "伊朗总统与阿曼签署了五百万美元的协议。日本の首相はIranを訪問した。한국 대통령.",
    "HTML": '<p class="x">Iran&nbsp;&amp; <b>Oman</b> sign the <a href="?a&b">Paris Agreement</a>'
    "<script>alert('$5 million')</script></p><!-- President <i>Bo</i> -->",
    "Markdown": "# **Iran** and _Oman_\n\n| `a` | [Paris Agreement](http://x) |\n|---|\n> *$5m*\n",
    "special tokens": "[CLS] Iran [SEP] paid [MASK] Oman [PAD][UNK] ##ing [unused0]",
    "private use and unassigned": "Iran \ue000\U000f0000\u0378\U0010ffff\ufffe\uffff paid Oman.",
    "case that changes length": "İRAN ŞTRAẞE ǅ ﬁrst MİNİSTER Oﬃce ŉ paid 5 million \u1e9e dollars",
    "digits of other scripts": "paid $٣٤٥ million, €५००, £１２３ and ¥Ⅷ½ ⁵ ௰ million yen",
    "quotes and brackets": "''''\"\"\"“”‘’((([[[{{{Iran}}}]]])))\"'«Oman»\"''\"",
    "a form feed for each line": "Iran\fpaid\x0bOman\x1c$5\x1d million\x1e.\x85",
}

#: Long texts that a program slower than linear would not end on.
LONG = {
    "a word of 200,000 characters": "a" * 200_000,
    "a capitalised word of 200,000 characters": "A" + "b" * 200_000,
    "20,000 U.S.": "U.S. " * 20_000,
    "5,000 digits before dollars": "$"
    + "9" * 5_000
    + " dollars, "
    + "1," * 2_500
    + "5 million dollars",
    "1 MB without a space": ("iVBORw0KGgoAAAANSUhEUgAA" * 6 + "/+") * 6_850,
    "5,000 line breaks": "Iran" + "\n" * 5_000 + "Oman",
    "200,000 spaces": "Iran" + " " * 200_000 + "Oman",
    "50,000 full stops": "." * 50_000 + "Iran",
    "20,000 brackets": "(" * 20_000 + "Iran" + ")" * 20_000,
    "20,000 quotes": "\"'" * 10_000 + "Iran",
    "10,000 combining marks": "Ira" + "\u0301" * 10_000 + "n paid.",
    "5,000 titles": "prince " * 5_000 + "Rouhani of Iran",
    "5,000 times Congo and Korea": "Congo and Korea, " * 2_500,
}

#: Texts of random characters, in which nothing repeats.
NOISE = {
    "random CJK": _drawn(0x4E00, 0x9FFF, 5_000),
    "random Arabic": _drawn(0x621, 0x64A, 5_000),
    "random Unicode": _drawn(0, 0xD7FF, 5_000),
    "random bytes of ASCII": _drawn(1, 126, 5_000),
    "random letters, digits and marks": _drawn(33, 126, 8_000),
    "random words": _words(
        string.ascii_letters + string.digits + string.punctuation, (2, 9), 1_200
    ),
    "random words of letters": _words(string.ascii_letters, (3, 9), 1_200),
    "random numbers": " ".join(f"{_draw.uniform(0, 10):.1f}" for _ in range(1_500)),
    "random prices": " ".join(f"${_draw.uniform(0, 10):.1f}" for _ in range(1_500)),
}

#: Texts that a test can take one by one.
BRIEF = {**SHORT, **NOISE}
