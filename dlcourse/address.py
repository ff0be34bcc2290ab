"""Where the course lies on the web: one address for its links to Colab, Binder and sources.

It stands in pyproject.toml, as `Repository` under `[project.urls]`, and travels with the package;
the environment variable DLCOURSE_REPOSITORY, which a workflow sets, goes before it. A course that
is published nowhere has none.
"""

import importlib.metadata
import os

HOST = "https://github.com/"


def repository():
    """Give the address of the course's repository; an empty text if it is published nowhere."""
    return (os.environ.get("DLCOURSE_REPOSITORY") or _in_metadata()).rstrip("/")


def branch():
    """Give the branch that links lead to."""
    return os.environ.get("DLCOURSE_BRANCH", "main")


def _in_metadata():
    try:
        urls = importlib.metadata.metadata("dlcourse").get_all("Project-URL") or []
    except importlib.metadata.PackageNotFoundError:
        return ""
    named = dict(url.split(", ", 1) for url in urls)
    return named.get("Repository", "")


def colab(repository, branch):
    """Where Colab opens the files of a repository on GitHub."""
    slug = repository.removeprefix(HOST)
    return f"https://colab.research.google.com/github/{slug}/blob/{branch}"


def binder(repository, branch):
    """Where Binder opens the files of a repository on GitHub in JupyterLab."""
    slug = repository.removeprefix(HOST)
    return f"https://mybinder.org/v2/gh/{slug}/{branch}?urlpath=lab/tree"


def badges(repository, branch="main", lecture="00_start"):
    """Write README's line of badges, each of which opens a lecture.

    Parameters
    ----------
    repository : str
        An address on GitHub.
    branch, lecture : str
    """
    notebook = f"{lecture}/{lecture}.ipynb"
    shown = "https://img.shields.io/badge/Open_in-{}-0072b2".format
    return (
        f"[![Open in Colab]({shown('Colab')})]({colab(repository, branch)}/course/{notebook})\n"
        f"[![Open in Binder]({shown('Binder')})]({binder(repository, branch)}/learn/{notebook})"
    )
