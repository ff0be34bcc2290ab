"""What many tests share."""

import shutil
import sys
from dataclasses import replace

import pytest
from learner_page import FLAGS
from small_course import build_small_course

pytest.register_assert_rewrite("lecture_claims", "kernel_claims")


@pytest.fixture(autouse=True)
def _figures_are_closed():
    """Whatever a test has drawn: Matplotlib warns when twenty figures stay open."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture(scope="session")
def small_course(tmp_path_factory):
    """The root of a built course with one lecture, 99_awkward: copy it before changing it."""
    return build_small_course(tmp_path_factory.mktemp("small") / "root")


@pytest.fixture(scope="module")
def chromium():
    """A Chromium that Playwright drives; each test opens its own page."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def ample_wall(monkeypatch):
    """Answers are stopped by their processor time alone, however long this machine stands still."""
    from dlcourse.grading import answer

    told = answer.limits
    monkeypatch.setattr(answer, "limits", lambda *a: replace(told(*a), seconds=3600.0))


REPORTS = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Remember how each phase of a test ended, for fixtures that clean up after it."""
    report = yield
    item.stash.setdefault(REPORTS, {})[report.when] = report
    return report


@pytest.fixture
def photographed(request, tmp_path):
    """Closes the pages that pass through it; if the test fails, each leaves a screenshot."""
    pages = []

    def watch(page):
        pages.append(page)
        return page

    yield watch
    reports = request.node.stash.get(REPORTS, {})
    failed = any(report.failed for report in reports.values())
    for number, page in enumerate(pages, start=1):
        if failed:
            path = tmp_path / f"screenshot_{number}.png"
            page.screenshot(path=path)
            print(f"screenshot: {path}")
        page.close()
