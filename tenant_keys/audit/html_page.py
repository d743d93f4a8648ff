"""A report as one self-contained page: no network, no script but its filter, and readable without that.

Every text from a log is escaped by Jinja, and shown without control characters. A content security policy admits the
page's own style and script by their hashes, so that markup in a log would do nothing even if it came through.
"""

import base64
import hashlib
from datetime import datetime
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tenant_keys.audit.hand_out import without_other_tenants
from tenant_keys.audit.plain import plain, short_arn
from tenant_keys.audit.plot import reads_by_day
from tenant_keys.audit.reading import ObjectRead
from tenant_keys.audit.report import Report
from tenant_keys.audit.words import WORDS, Language

_SUMS = ("reads", "updates", "rotation_steps", "changes", "refused")


def html_page(report: Report, language: Language) -> str:
    """The page; it is handed to a customer, so an identity of another tenant has no name on it."""
    words = WORDS[language]
    report = without_other_tenants(report, words["of_another_tenant"])
    style, script = _file("style.css"), _file("filter.js")
    plot = reads_by_day(report.totals, report.period)
    subject = report.subject
    named = f"{subject.tenant} {subject.key}".strip() or plain(subject.principal)
    objects = _with_events(report)
    environment = Environment(
        loader=PackageLoader("tenant_keys.audit", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters.update(moment=_moment, plain=plain, short=short_arn)
    return environment.get_template("report.html.j2").render(
        report=report,
        w=words,
        language=language.value,
        title=words["title"].format(subject=named or words["everyone"].format(app=report.names.app)),
        many=not subject.tenant,
        sums=_SUMS,
        plot=plot,
        plot_text=words["plot_text"].format(reads=report.summary["reads"], days=plot.days, most=plot.most_a_day),
        objects=objects,
        rest=len(report.integrity.objects) - len(objects),
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def _with_events(report: Report) -> list[ObjectRead]:
    """The objects that hold events of the report."""
    holding = {row["source_object"] for rows in (report.events, report.marked) for row in rows}
    return [each for each in sorted(report.integrity.objects, key=lambda o: o.key) if each.key in holding]


def _file(name: str) -> str:
    return (files("tenant_keys.audit") / "page" / name).read_text("utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
