"""Formulas that a docstring spells out in plain letters, such as ``e^-z / (1 + e^-z)^2``, as LaTeX.

A formula is a run of names, numbers and operators that holds at least one operator. Names are
single letters, Greek ones, the functions below, and the arguments of the function that is
described; every other word ends a run, so that what is not understood stays as it is written.
"""

import re
from functools import cache

GREEK = "alpha|beta|gamma|delta|epsilon|eta|theta|lambda|mu|rho|sigma|tau|phi|Phi|kappa|pi"
SET = "log|ln|exp|sum|prod|max|min|tanh"  # LaTeX has a command for each
NAMED = rf"{SET}|sqrt|mean|var|sign|sigmoid|softmax|softplus|relu|erfc?|dout|eps|lam"
NAME = rf"(?:{NAMED})(?:_\w)?|(?:{GREEK}|[A-Za-z])(?:\d+|_[^\W_]+)?"
NUMBER = r"\d+(?:\.\d+)?(?:e-?\d+)?"
CODE = re.compile(r"(``[^`]+``|`[^`]+`)")
SIGNS = {"<=": r"\le ", ">=": r"\ge ", "+-": r"\pm ", "->": r"\to ", "*": r"\cdot ", "@": r"\, "}
SIGNS |= {"|": r"\vert ", ".T": r"^{\top}", " ": r"\,"}
JOINS = re.compile(r"[+*/^=<>@]| - |\bsqrt\b|\w_\w\b")  # what makes a formula of names
LACKS = re.compile(r"[*/^_=<>@]|\+(?!-)|- |.*[-+*/^_=<>@]$", re.DOTALL)  # an operator's one side
INNER = r"(?:[^()]|\([^()]*\))*"  # of a bracket, with brackets in it
# what is raised or under a root: a bracket, a size as in e^-2|z|, a number, a name; else one token
PART = re.compile(
    rf"(\^|sqrt ?)(\+-|[-+]?)(?:\(({INNER})\)|(\d*\|[^|]+\||{NUMBER}|[A-Za-z]\w*))"
    r"|([A-Za-z]\w*)( (?=\w))?|(\d\S*)e(-?\d+)|([<>]=|\+-|->|[*@|]|\.T\b|(?<=\d) (?=[A-Za-z]{2}))"
)


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
        end = 0
        for run in _runs(frozenset(known)).finditer(part) if place % 2 == 0 else ():
            called = run[0][0] == "(" and part[: run.start()][-1:].isalnum()  # by an unknown name
            for first, last in [] if called else _formulas(run[0], run.start()):
                yield "", part[end:first]
                yield latex(part[first:last]), part[first:last]
                end = last
        yield "", part[end:]


@cache
def _runs(known):
    """Where formulas may stand: a regular expression of names, numbers and signs in a row."""
    article = r"(?![aAI]\b(?! ?[+*/^=<>@]))|(?<=[+*/^=<>@(])|(?<=[+*/^=<>@] )"
    name = rf"(?:{article})(?:{'|'.join([*map(re.escape, sorted(known)), NAME])})"
    word = rf"(?<![\w'])(?:(?:{NUMBER})?{name}|{NUMBER})(?![\w'])"
    item = rf"(?:{word}|\.T\b|[-+*/^=<>()\[\]|,@])"
    # a formula goes on in the next line only where an operator says so
    space = r"(?: |(?<=[-+*/^=<>@])\n *|\n *(?=[-+*/^=<>@]))?"
    return re.compile(rf"{item}(?:{space}{item})*")


def _formulas(run, offset):
    """The places of the formulas between the commas of a run that begins at `offset`."""
    first, depth = 0, 0
    for place, sign in enumerate(f"{run},"):
        depth += (sign in "([") - (sign in ")]")
        if depth < 0 or (depth == 0 and sign == ","):  # a bracket that nothing opens ends one
            body = run[first:place].strip()
            named = re.search("[A-Za-z]", re.sub(NUMBER, "", body)) and body.count("|") % 2 == 0
            if named and JOINS.search(body) and not LACKS.match(body):
                start = offset + run.index(body, first)
                yield start, start + len(body)
            first, depth = place + 1, 0


def latex(formula):
    """A formula in plain letters as LaTeX."""
    return PART.sub(_written, formula)


def _written(part):
    raised, sign, inner, bare, name, gap, mantissa, power, mark = part.groups()
    if raised:
        command = "^" if raised == "^" else r"\sqrt"
        return f"{command}{{{latex(sign)}{latex(inner or bare)}}}"
    if name:
        made = _name(name)
        return made + (r"\," if gap and made.endswith("}") else gap or "")
    if power:
        return f"10^{{{power}}}" if mantissa == "1" else rf"{mantissa} \cdot 10^{{{power}}}"
    return SIGNS[mark]


def _name(word):
    """A name, whose index is what follows its sign or its letter."""
    base, below = word, ""
    if re.fullmatch(NAME, word):
        base, below = re.fullmatch(r"([A-Za-z]+)_?(\w*)", word).groups()
    made = rf"\{base}" if re.fullmatch(f"{GREEK}|{SET}", base) else base
    made = r"\lambda" if base == "lam" else made
    plain = made == base and len(base) > 1
    made = rf"\text{{{made.replace('_', chr(92) + '_')}}}" if plain else made
    index = below if len(below) < 2 else rf"\text{{{below}}}"
    return f"{made}_{{{index}}}" if below else made
