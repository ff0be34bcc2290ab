"""Formulas that a docstring spells out in plain letters, such as ``e^-z / (1 + e^-z)^2``, as LaTeX.

A formula is a run of names, numbers and operators that holds at least one operator. Names are
single letters, Greek ones, the functions below, and the arguments of the function that is
described; every other word ends a run, so that what is not understood stays as it is written.
"""

import re

GREEK = {"alpha", "beta", "gamma", "delta", "epsilon", "eta", "theta", "lambda", "mu", "rho"}
GREEK |= {"sigma", "tau", "phi", "Phi", "kappa", "pi"}
NAMED = {"log", "ln", "exp", "sqrt", "sum", "prod", "max", "min", "mean", "var", "tanh", "sign"}
NAMED |= {"sigmoid", "softmax", "softplus", "relu", "erf", "erfc", "dout", "eps", "lam"}
WRITTEN = {"sum": r"\sum", "prod": r"\prod", "log": r"\log", "ln": r"\ln", "exp": r"\exp"}
WRITTEN |= {"max": r"\max", "min": r"\min", "tanh": r"\tanh", "lam": r"\lambda"}
SIGNS = {
    ".T": r"^{\top}",
    "<=": r"\le",
    ">=": r"\ge",
    "+-": r"\pm",
    "*": r"\cdot",
    "|": r"\vert",
    "@": r"\,",
}
CODE = re.compile(r"(``[^`]+``|`[^`]+`)")
NUMBER = r"\d+(?:\.\d+)?(?:e-?\d+)?"
TOKEN = re.compile(rf"\s+|\.T\b|{NUMBER}|[A-Za-z]\w*|<=|>=|\+-|[-+*/^_=<>()\[\]|,@]|.", re.DOTALL)
STRONG = {"^", "/", "=", "*", "<=", ">=", "+", "<", ">", "@"}
OPEN, CLOSED = "([", ")]"


def pieces(text, known=()):
    """Cut a text into what is a formula and what is not.

    Parameters
    ----------
    text : str
        Prose; what stands between backticks is code, and is not looked at.
    known : collection of str
        Further names that a formula may hold.

    Yields
    ------
    formula : str
        LaTeX, or nothing where the piece holds no formula.
    words : str
        The piece as it is written.
    """
    for place, part in enumerate(CODE.split(text)):
        yield from _cut(part, known) if place % 2 == 0 else [("", part)]


def _cut(text, known):
    tokens, run = TOKEN.findall(text), []
    for place, token in enumerate([*tokens, ""]):
        if token and _fits(token, tokens, place, known):
            run.append(token)
            continue
        before = tokens[place - len(run) - 1] if place > len(run) else " "
        called = before[-1].isalnum() and run[:1] == ["("]  # by a name that is not understood
        cut = called or "'" in (before, token)
        yield from [("", "".join(run))] if cut else _closed(run)
        yield "", token
        run = []


def _fits(token, tokens, place, known):
    """Whether a token may stand in a formula."""
    if token.isspace():  # a formula goes on in the next line only where an operator says so
        beside = {*tokens[max(0, place - 1) : place], *tokens[place + 1 : place + 2]}
        return token == " " or (token.count("\n") == 1 and bool({*STRONG, "-"} & beside))
    if token in ("a", "A", "I"):  # an article, unless a bracket opens or an operator is beside it
        near = [*tokens[max(0, place - 2) : place], *tokens[place + 1 : place + 3]]
        return bool(STRONG & set(near)) or tokens[place - 1 : place] == ["("]
    if token[0].isalpha():
        return token in known or _is_name(token)
    return token[0].isdigit() or token in SIGNS or token in "^_=/()[],-+<>"


def _is_name(token):
    """Whether a token is a letter, a Greek one or a function, perhaps with one index."""
    base, _, below = token.partition("_")
    bare = base.rstrip("0123456789")
    if base in NAMED:
        return len(below) < 2
    return (len(bare) == 1 or bare in GREEK) and "_" not in below and not (bare != base and below)


def _closed(run):
    """The formulas between the commas of a run, and what stands around them."""
    parts, depth = [[]], 0
    for token in run:
        depth += (token in OPEN) - (token in CLOSED)
        if token == "," and depth == 0:
            parts += [[token], []]
        else:
            parts[-1].append(token)
    for part in parts:
        yield from _alone(part)


def _alone(part):
    """A formula without the space and the brackets around it, if it is one."""
    text = "".join(part)
    body = _balanced(part)
    if not _is_formula(body):
        return [("", text)]
    first = text.index("".join(body))
    last = first + len("".join(body))
    return [("", text[:first]), (latex(body), text[first:last]), ("", text[last:])]


def _balanced(part):
    """The tokens up to a bracket that nothing opens; nothing where an operator lacks its side."""
    depth, body = 0, []
    for token in part:
        depth += (token in OPEN) - (token in CLOSED)
        if depth < 0:
            break
        body.append(token)
    while body and body[-1].isspace():
        body.pop()
    while body and body[0].isspace():
        body.pop(0)
    lacks = not body or body[-1] in {*STRONG, "-", "_"} or body[0] in STRONG | {"_"}
    return [] if lacks or depth > 0 or (body[0] == "-" and body[1:2] == [" "]) else body


def _is_formula(body):
    solid = [token for token in body if not token.isspace()]
    letters = any(token[0].isalpha() for token in solid)
    short = any(re.fullmatch(r"\w+_\w", token) for token in solid)  # x_k, and not the name n_rows
    minus = any(body[i : i + 3] == [" ", "-", " "] for i in range(len(body)))
    joined = bool(STRONG & set(solid)) or minus or short or "sqrt" in solid
    return letters and joined and solid.count("|") % 2 == 0


def latex(run):
    """The tokens of a formula as LaTeX."""
    solid, made, place = [token for token in run if not token.isspace()], [], 0
    while place < len(solid):
        piece, after = _piece(solid, place)
        beside = after < len(solid) and solid[after][0].isalnum() and piece.endswith("}")
        made.append(piece + r"\," * (beside and solid[place][0].isalpha()))
        place = after
    return " ".join(made)


def _piece(tokens, place):
    """One token as LaTeX, with all that belongs to it, and the place after it."""
    if tokens[place] in ("^", "_"):
        inner, after = _group(tokens, place + 1)
        return f"{tokens[place]}{{{inner}}}", after
    if tokens[place] == "sqrt":
        inner, after = _group(tokens, place + 1)
        return rf"\sqrt{{{inner}}}", after
    return _word(tokens[place]), place + 1


def _group(tokens, place):
    """What a sign above, below or under a root takes: a bracket, a size as in |z|, or one name."""
    if place >= len(tokens):
        return "", place
    if tokens[place] in ("+", "-", "+-"):
        inner, after = _group(tokens, place + 1)
        return f"{_word(tokens[place])} {inner}", after
    if tokens[place].isdigit() and tokens[place + 1 : place + 2] == ["|"]:  # as in e^-2|z|
        inner, after = _group(tokens, place + 1)
        return f"{tokens[place]} {inner}", after
    if tokens[place] not in (*OPEN, "|"):
        return _word(tokens[place]), place + 1
    bar, depth, after = tokens[place] == "|", 0, place
    while after < len(tokens):
        depth += (tokens[after] in OPEN) - (tokens[after] in CLOSED)
        after += 1
        if tokens[after - 1] == "|" if bar and after > place + 1 else not bar and depth == 0:
            break
    return latex(tokens[place:after] if bar else tokens[place + 1 : after - 1]), after


def _word(token):
    if not token[0].isalpha():
        mantissa, _, power = token.partition("e")
        if power:
            return f"10^{{{power}}}" if mantissa == "1" else rf"{mantissa} \cdot 10^{{{power}}}"
        return SIGNS.get(token, token)
    base, _, below = token.partition("_")
    bare = base.rstrip("0123456789")
    if not _is_name(token):
        return rf"\text{{{token.replace('_', chr(92) + '_')}}}"
    name = rf"\{bare}" if bare in GREEK else WRITTEN.get(bare, bare)
    name = rf"\text{{{bare}}}" if len(name) > 1 and name == bare else name
    below = base[len(bare) :] or below
    return name + (
        rf"_{{\text{{{below}}}}}" if len(below) > 1 else f"_{{{below}}}" if below else ""
    )
