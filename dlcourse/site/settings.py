"""Where the course can be reached, in one place."""

import os

# The course has no public address yet. Whoever publishes it sets these; the workflow
# .github/workflows/site.yml takes them from the repository that it runs in.
PUBLISHED = "DLCOURSE_REPOSITORY" in os.environ
REPOSITORY = os.environ.get("DLCOURSE_REPOSITORY", "https://github.com/OWNER/dlcourse")
BRANCH = os.environ.get("DLCOURSE_BRANCH", "main")

SLUG = REPOSITORY.removeprefix("https://github.com/")
SOURCE = f"{REPOSITORY}/blob/{BRANCH}"
COLAB = f"https://colab.research.google.com/github/{SLUG}/blob/{BRANCH}"
BINDER = f"https://mybinder.org/v2/gh/{SLUG}/{BRANCH}?urlpath=lab/tree"
