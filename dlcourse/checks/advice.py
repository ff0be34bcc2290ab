"""What to say of a fault that is no known mistake of the exercise."""

import re

STOPPED = "Python stopped inside your function."
GENERAL = {
    "signature": "The function takes other arguments than the ones in the starter.",
    "not finite": "The result holds inf or nan where a number is expected.",
    "input changed": "The function changed what it was given. Work on a copy.",
    "report": "The value is right, but NumPy reported trouble on the way: the statement asks for "
    "a form in which nothing overflows and nothing is divided by zero.",
}
# part of Python's or NumPy's own message -> what beginners mean by what they wrote
EXCEPTIONS = {
    "truth value of an array": "if, and, or, max() and the like ask a whole array for one yes or "
    "no. np.where, &, | and np.maximum go entry by entry (with brackets round each comparison).",
    "only integer scalar arrays can be converted": "An array stands where one whole number is "
    "asked: as an index of a list, a length, or an axis. (np.max takes its second argument for an "
    "axis; np.maximum compares two arrays.)",
    "can be converted to Python scalars": "float(), int() and the functions of math take one "
    "number; those of NumPy take whole arrays.",
    "bitwise_xor": "A power is written **; ^ is another operation on bits.",
    "could not be broadcast": "Two arrays do not fit: print both shapes. [:, None] or "
    "keepdims=True gives an axis of length 1, which fits any other.",
    "Cannot cast ufunc": "An array of whole numbers cannot take decimals in place (+=, -=): "
    "np.zeros(n) makes an array of decimals.",
    "mismatch in its core dimension": "A matrix product needs equal inner lengths: print both "
    "shapes. Does one of the two need to be transposed, or to stand on the other side?",
    "'NoneType'": "Something is None. A function without a return gives None; so do methods that "
    "change a list in place.",
    "is not defined": "Python does not know this name. Is it spelled as where it is defined, and "
    "has that cell run?",
    "object is not callable": "Round brackets call a function: an array's entries take square "
    "ones. Or has a variable the name of a function?",
    "list indices must be integers": "A list takes one whole number as an index; np.array(...) of "
    "it takes commas, too.",
}


def general_sentence(finding):
    """Explain a `Finding` by its kind, an exception by its message; empty where values tell all.

    Parameters
    ----------
    finding : Finding

    Returns
    -------
    str
    """
    if finding.kind == "type" and finding.expected == "an array of integers":
        return "Whole numbers are asked: give the array an integer dtype."
    if finding.kind == "exception":
        return _of_exception(finding)
    return finding.why or GENERAL.get(finding.kind, "")


def precision_advice(came_in, came_out):
    """A word on a result of another precision than the inputs; empty if there is nothing to say.

    Parameters
    ----------
    came_in, came_out : set of str
        Float dtypes of the arrays among the arguments and in the result.
    """
    if came_in == {"float32"} and "float64" in came_out:
        return "float32 came in and float64 went out, which takes twice the memory."
    if came_in == {"float64"} and came_out & {"float32", "float16"}:
        return "float64 came in and float32 went out, which keeps 7 digits of 16."
    return ""


def _of_exception(finding):
    if finding.expected != "a result":
        return "That is an error, but not the one that the statement names."
    if re.search(r", at: (raise|assert)\b", finding.gave):
        return "Your function refused an input that it should take."
    return next((text for part, text in EXCEPTIONS.items() if part in finding.gave), STOPPED)
