ANSWERS = {
    "if after if": """
def name_the_bug(report):
    if report["duplicates"] > 0:
        return "leak"
    if report["twice"] > 1e-6:
        return "mode"
    loss = report["first loss"]
    if not (2.302585 - 0.2 <= loss <= 2.302586 + 0.2):
        return "start"
    if report["smallest update"] == 0:
        return "frozen"
    if report["largest update"] > 1:
        return "rate"
    if not report["one batch"] <= 0.3:
        return "step"
    return "none"
""",
    "isfinite first": """
import math


def name_the_bug(report):
    first, batch = report["first loss"], report["one batch"]
    bad = [
        ("leak", report["duplicates"] != 0),
        ("mode", report["twice"] > 1e-6),
        ("start", not math.isfinite(first) or abs(first - math.log(10)) > 0.2),
        ("frozen", report["smallest update"] <= 0),
        ("rate", report["largest update"] > 1),
        ("step", math.isnan(batch) or batch > 0.3),
    ]
    for word, fails in bad:
        if fails:
            return word
    return "none"
""",
    "elif, one result": """
def name_the_bug(report):
    result = "none"
    if report["duplicates"]:
        result = "leak"
    elif not report["twice"] <= 1e-6:
        result = "mode"
    elif not -0.2 <= report["first loss"] - np.log(10.0) <= 0.2:
        result = "start"
    elif not report["smallest update"]:
        result = "frozen"
    elif report["largest update"] > 1:
        result = "rate"
    elif not (report["one batch"] <= 0.3):
        result = "step"
    return result
""",
    "a table of tests": """
RULES = [
    ("duplicates", lambda v: v == 0, "leak"),
    ("twice", lambda v: v <= 1e-6, "mode"),
    ("first loss", lambda v: abs(v - np.log(10)) <= 0.2, "start"),
    ("smallest update", lambda v: v > 0, "frozen"),
    ("largest update", lambda v: v <= 1, "rate"),
    ("one batch", lambda v: v <= 0.3, "step"),
]


def name_the_bug(report):
    for key, sound, word in RULES:
        if not sound(report[key]):
            return word
    return "none"
""",
    "match of booleans, NumPy's nan_to_num": """
def name_the_bug(report):
    start, batch = np.nan_to_num([report["first loss"], report["one batch"]], nan=99.0)
    fails = [
        report["duplicates"] > 0,
        report["twice"] > 1e-6,
        abs(start - np.log(10)) > 0.2,
        report["smallest update"] == 0,
        report["largest update"] > 1,
        batch > 0.3,
        True,
    ]
    return ["leak", "mode", "start", "frozen", "rate", "step", "none"][fails.index(True)]
""",
}
