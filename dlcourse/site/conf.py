"""Sphinx's settings; `dlcourse.site.build` writes the pages that it reads."""

import os
from pathlib import Path

from dlcourse.site.live import pages as live
from dlcourse.site.settings import REPOSITORY

HERE = Path(__file__).parent
DARK = {
    "color-background-primary": "#111418",
    "color-background-secondary": "#15191e",
    "color-foreground-primary": "#e4e7ea",
    "color-foreground-secondary": "#a9b1b9",
    "color-foreground-muted": "#98a1aa",
    "color-background-border": "#2a3037",
    "color-brand-primary": "#6bb7f0",
    "color-brand-content": "#6bb7f0",
    "color-brand-visited": "#6bb7f0",
}
LIGHT = {
    "color-background-primary": "#ffffff",
    "color-background-secondary": "#f7f8f9",
    "color-foreground-primary": "#1b1f23",
    "color-foreground-secondary": "#4a525a",
    "color-foreground-muted": "#5c656e",
    "color-background-border": "#e3e6e9",
    "color-brand-primary": "#005f96",
    "color-brand-content": "#005f96",
    "color-brand-visited": "#005f96",
}

project = "dlcourse"
author = "the dlcourse authors"
copyright = "the dlcourse authors. Text: CC BY 4.0; code: BSD 3-Clause"
html_title = "Deep learning, by doing"
language = "en"

extensions = ["myst_parser", "sphinx.ext.napoleon", "dlcourse.site.formulas"]
extensions += ["dlcourse.site.terms", "dlcourse.site.sources", "dlcourse.site.search"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_dmath_double_inline = True
myst_heading_anchors = 4
default_role = "code"
highlight_language = "none"
suppress_warnings = ["myst.header", "toc.not_included"]

html_theme = "furo"
html_theme_options = {
    "light_css_variables": LIGHT,
    "dark_css_variables": DARK,
    "source_repository": REPOSITORY,
    "footer_icons": [],
}
html_static_path = [str(HERE / "theme" / "static"), os.environ.get("DLCOURSE_SITE_STATIC", "")]
html_static_path = [path for path in html_static_path if path]
templates_path = [str(HERE / "theme" / "templates")]
html_favicon = str(HERE / "theme" / "static" / "icon.svg")
html_css_files = ["site.css", *live.STYLES]
scripts = ["site.js", *live.SCRIPTS]
html_js_files = [(path, {"defer": "defer"}) for path in scripts]
html_extra_path = [os.environ["DLCOURSE_SITE_EXTRA"]] if "DLCOURSE_SITE_EXTRA" in os.environ else []
html_math_renderer_name = "mathml"
html_additional_pages = {"search": "search.html"}
html_use_index = False
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_last_updated_fmt = None
html_permalinks_icon = "#"
