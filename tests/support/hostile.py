"""Three hundred texts that somebody might type to break a page, a script, a template, a table file or a terminal."""

from itertools import chain

RAN = "window.__ran=1"  # what a script among them would do; pages look for it

_ELEMENTS = (
    f"<script>{RAN}</script>", f"<img src=x onerror={RAN}>", f"<svg onload={RAN}>", f"<svg/onload={RAN}//",
    f"<body onload={RAN}>", f"<iframe srcdoc='<script>{RAN}</script>'>", f"<iframe src=javascript:{RAN}>",
    f"<a href=javascript:{RAN}>x</a>", f"<details open ontoggle={RAN}>", f"<input autofocus onfocus={RAN}>",
    f"<video><source onerror={RAN}>", f"<math><mtext><script>{RAN}</script>", "<style>@import 'data:,x'</style>",
    f"<object data=javascript:{RAN}>", f"<embed src=javascript:{RAN}>", f"<form action=javascript:{RAN}><button>x",
    "<base href=//evil.example/>", "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>", "<template><script>1</script></template>",
    f"<ScRiPt>{RAN}</sCrIpT>", f"<scr<script>ipt>{RAN}</script>", f"<marquee onstart={RAN}>", "<plaintext>",
    "<!--", "-->", "<![CDATA[", "]]>", "</title>", "</textarea>", "</script>", "</style>", "<dialog open>",
)  # fmt: skip
_BEFORE = ("", '">', "'>", "</textarea>", "</title>", "--></script>")
_TEMPLATES = (
    "{{7*7}}", "{{config}}", "{% raw %}", "{{''.__class__.__mro__}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{n}", "{name}",
    "{0}", "{__class__}", "%s%n", "%(name)s", "`id`", "$(id)", "**x**", "{{constructor.constructor('x')()}}", "*{7*7}",
)  # fmt: skip
_FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://evil.example\")", "\t=1+1", "\r=1+1",
    '=1","=2', ";=1", "'=1", '"=1"',
)  # fmt: skip
_TERMINAL = (
    "\x1b[31mred", "\x1b]0;title\x07", "\x1b[2J", "\x9b31m", "\x08\x08\x08", "\x7f", "\x07", "\x1bP1$r", "a\x0bb\x0c",
    "line\nnext", "line\r\nnext: header", "a\tb", "\x1b]8;;http://evil.example\x07x",
)  # fmt: skip
_SCRIPTS_OF_THE_WORLD = (
    "\u202egpj.exe", "\u2066x\u2069", "\u200b\u200b\u200b", "\u2028x\u2029", "\ufeffx", "аpplication", "ﬁn", "𝕏",
    "e\u0301" * 20, "🇩🇪👩‍👩‍👧‍👦", "مرحبا", "שלום", "日本語", "\u0e01\u0e33" * 10, "Z\u0351\u036b\u0343\u036a",
    "\U000e0001tag", "\ud7ff", "\ue000", "ß".upper(), "İi",
)  # fmt: skip
_REST = (
    "'; DROP TABLE application; --", "' OR '1'='1", "1' UNION SELECT 1 --", "../../etc/passwd", "..\\..\\x", "%00",
    "%2e%2e%2f", "file:///etc/passwd", "http://169.254.169.254/", "null", "undefined", "NaN", "true", "0",
    "-1", "1e309",
    "a" * 49, '"', "'", "\\", "&lt;b&gt;", "&#x3c;b&#x3e;", "<", ">", "&", "?q=<b>", "#<b>", "javascript:alert(1)",
    "data:text/html,<script>1</script>", "//evil.example", "\\\\evil.example", "(((((((((((", "[[[[[[[[",
    "{{{{{{{{", "<b>bold</b>", "</h1><h1>", "a\u00a0b", "$&", "{}",
)  # fmt: skip

HOSTILE: tuple[str, ...] = tuple(
    dict.fromkeys(
        chain(
            (before + element for before in _BEFORE for element in _ELEMENTS),
            _TEMPLATES, _FORMULAS, _TERMINAL, _SCRIPTS_OF_THE_WORLD, _REST,
        )
    )
)  # fmt: skip
