"""The page for the customer's auditor, in a real headless Chromium."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tenant_keys.audit.html_page import html_page
from tenant_keys.audit.log_objects import Period
from tenant_keys.audit.report import Report
from tenant_keys.audit.store import Subject
from tenant_keys.audit.words import WORDS, Language
from tests.audit.cases import deliver, golden, report_of
from toolchain.chromium import find_chromium
from toolchain.machine import Machine

MARKUP = '<script>window.ran = 1</script><img src=x onerror="window.ran = 1">\u202e"\'&'
FEBRUARY = Period(since=datetime(2026, 2, 1, tzinfo=UTC), until=datetime(2026, 4, 1, tzinfo=UTC))
A4_LANDSCAPE = {"width": 1032, "height": 703}  # 297 x 210 mm less the margins of the style sheet, at 96 pixels an inch
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Two months of reads, with everything that a report can show, and a user agent that is markup."""
    folder = tmp_path_factory.mktemp("logs")
    records = [
        golden(name) for name in ("get-secret-value-refused-other-tenant", "rotation-failed", "put-secret-value")
    ]
    for day in range(59):
        for number in range(3 if day != 40 else 70):
            time = FEBRUARY.since + timedelta(days=day, minutes=number)
            own = {"eventID": f"read-{day}-{number}", "eventTime": f"{time:%Y-%m-%dT%H:%M:%SZ}"}
            records.append({**golden("get-secret-value"), **own})
    marked = ("get-secret-value-by-administrator", "put-resource-policy", "get-secret-value-refused-console")
    records += [{**golden(name), "userAgent": MARKUP, "sourceIPAddress": MARKUP} for name in marked]
    deliver(folder, records)
    deliver(folder, b"no gzip", unique="b")
    return report_of(folder, Subject(tenant="acme"), FEBRUARY)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium from this machine; there is no sandbox for root, and nothing but our own page is opened."""
    chromium = find_chromium(Machine.from_environment())
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


class Opened:
    """A page of the report that is open, and what it did that it should not do."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page, self.wrongs = page, list[str]()
        page.on("pageerror", lambda error: self.wrongs.append(f"error: {error}"))
        page.on("console", lambda message: self.wrongs.append(f"console: {message.text}"))
        page.on("request", lambda request: self._look(request.url, file))
        page.goto(file.as_uri())

    def _look(self, url: str, file: Path) -> None:
        if url != file.as_uri():
            self.wrongs.append(f"request: {url}")


def opened(browser: Browser, report: Report, folder: Path, language: Language, viewport: dict[str, int]) -> Opened:
    file = folder / f"report-{language}.html"
    file.write_text(html_page(report, language), "utf-8")
    page = browser.new_page()
    page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
    return Opened(page, file)


def cut_off(page: Page) -> list[str]:
    """What sticks out of the page or of its cell, so that a reader does not see all of it."""
    return page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter(e => e.clientWidth && !e.closest("svg") && e.tagName !== "THEAD" && !e.closest("thead"))
            .filter(e => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => `${e.tagName} ${e.className} ${e.textContent.slice(0, 60)}`)"""
    )


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_page_is_readable_and_does_nothing_on_its_own(
    browser: Browser, report: Report, tmp_path: Path, language: Language, viewport: dict[str, int]
) -> None:
    shown = opened(browser, report, tmp_path, language, viewport)
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert cut_off(shown.page) == []
    picture = shown.page.screenshot(path=tmp_path / "page.png")
    assert picture.startswith(b"\x89PNG")
    assert shown.wrongs == []


@pytest.mark.parametrize("language", list(Language))
def test_paper_shows_every_column(browser: Browser, report: Report, tmp_path: Path, language: Language) -> None:
    shown = opened(browser, report, tmp_path, language, A4_LANDSCAPE)
    shown.page.emulate_media(media="print")
    assert cut_off(shown.page) == []
    headings = shown.page.locator("#list thead th")
    assert all(headings.nth(number).is_visible() for number in range(headings.count()))
    assert not shown.page.locator("#filter").is_visible(), "nobody types on paper"
    assert shown.page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_markup_in_a_log_is_shown_and_does_not_run(browser: Browser, report: Report, tmp_path: Path) -> None:
    shown = opened(browser, report, tmp_path, Language.EN, DESKTOP)
    assert shown.page.evaluate("window.ran") is None
    assert shown.page.locator("td img, td script").count() == 0
    cell = shown.page.locator("td.client", has_text="window.ran").first.text_content()
    assert cell == MARKUP.replace("\u202e", "\N{REPLACEMENT CHARACTER}")
    assert shown.wrongs == []


def test_even_markup_that_came_through_would_not_run(browser: Browser, report: Report, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(html_page(report, Language.EN).replace("<main>", f"<main>{MARKUP}"), "utf-8")
    shown = Opened(browser.new_page(), file)
    assert shown.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in wrong for wrong in shown.wrongs)


def test_the_filter_leaves_what_contains_the_words(browser: Browser, report: Report, tmp_path: Path) -> None:
    shown = opened(browser, report, tmp_path, Language.EN, DESKTOP)
    rows = shown.page.locator("#list tbody tr")
    assert rows.count() == report.number_of_events
    shown.page.fill("#filter", "ANOTHER TENANT")
    visible = [row for row in rows.all() if row.is_visible()]
    assert [row.locator("td.refused").count() for row in visible] == [1]
    assert shown.page.locator("output").text_content() == "1 shown"
    shown.page.fill("#filter", "")
    assert all(row.is_visible() for row in rows.all()[:5])
    assert shown.wrongs == []


def test_refused_attempts_come_first_and_the_foundation_last(browser: Browser, report: Report, tmp_path: Path) -> None:
    shown = opened(browser, report, tmp_path, Language.EN, DESKTOP)
    assert shown.page.locator("h2").all_text_contents() == [
        "Refused attempts",
        "Unusual",
        "Summary",
        "Reads per day by principal",
        "Per principal and day",
        "Versions of the keys",
        "Events",
        "What this report rests on",
    ]
    foundation = shown.page.locator("section").last.text_content() or ""
    assert report.integrity.digest in foundation
    assert "not gzip" in foundation
    assert all(each.sha256 in foundation for each in report.integrity.objects if not each.problem)


def test_the_plot_has_the_reads_of_each_day(browser: Browser, report: Report, tmp_path: Path) -> None:
    shown = opened(browser, report, tmp_path, Language.EN, DESKTOP)
    drawn = json.loads(json.dumps(shown.page.locator("svg rect title").all_text_contents()))
    counted = sum(int(re.search(r": (\d+) ", each)[1]) for each in drawn)  # type: ignore[index] # each has one
    assert counted == report.summary["reads"] > 0


def test_both_languages_have_the_same_words() -> None:
    english, japanese = WORDS[Language.EN], WORDS[Language.JA]
    assert english.keys() == japanese.keys()
    for word, text in english.items():
        assert set(re.findall(r"{(\w+)", text)) == set(re.findall(r"{(\w+)", japanese[word])), word
