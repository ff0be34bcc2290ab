"""What a page is like for those who cannot see it, or not well: axe's complaints, contrasts."""

import numpy as np

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
OF_COLOUR = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def complaints(page, within=".dlcourse", rules=RULES):
    """What axe finds wrong in a part of a page: a rule and the first node that breaks it.

    `within` is a selector or what else axe takes as its context; `rules` may be `OF_COLOUR`, for a
    page that was looked at in its other theme.
    """
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=within, options=rules).response
    assert found["passes"], f"axe looked at nothing in {within}"
    return [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found["violations"]]


def luminance(rgb):
    """Relative luminance of a colour of three numbers from 0 to 1 (WCAG 2)."""
    rgb = np.asarray(rgb, dtype=float)
    linear = np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]
