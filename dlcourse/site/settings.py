"""Where the course can be reached: `dlcourse/address.py` knows, or nobody does yet."""

from dlcourse import address

BRANCH = address.branch()
PUBLISHED = bool(address.repository())
REPOSITORY = address.repository() or f"{address.HOST}OWNER/dlcourse"

SOURCE = f"{REPOSITORY}/blob/{BRANCH}"
COLAB = address.colab(REPOSITORY, BRANCH)
BINDER = address.binder(REPOSITORY, BRANCH)
