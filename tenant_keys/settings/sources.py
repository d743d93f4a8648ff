"""Where settings come from: the engine's configuration for the program, the stack file for an operator's commands."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from tenant_keys.settings import checks
from tenant_keys.settings.models import IssuerSettings, KeySettings, LogArchiveSettings, Settings, TenantSettings
from tenant_keys.settings.problems import Problem, SettingsError, from_validation, unknown_word

PROJECT = "tenant-keys"
_NAMESPACE = f"{PROJECT}:"

_FIELDS = {str(field.alias): field for name, field in Settings.model_fields.items() if name != "environment"}
_ENTRY_WORDS = {
    model: [str(field.alias) for field in model.model_fields.values()]
    for model in (TenantSettings, KeySettings, IssuerSettings, LogArchiveSettings)
}


def settings_of_program() -> Settings:
    """The settings of the running Pulumi program.

    Raises:
        SettingsError: The stack's configuration has problems; all of them are named.
    """
    import pulumi  # noqa: PLC0415 - a tenth of a second that an operator's commands would pay for nothing

    stack = pulumi.get_stack()
    raw = {key.removeprefix(_NAMESPACE): _decoded(key, value) for key, value in _program_config().items()}
    return parse(raw, environment=stack, source=stack_file_name(stack), others=other_accounts(Path.cwd(), stack))


def settings_of_file(folder: Path, environment: str) -> Settings:
    """The settings in the stack file of `environment` in `folder`.

    Raises:
        SettingsError: The file has problems, or there is none.
    """
    path = folder / stack_file_name(environment)
    if not path.is_file():
        raise SettingsError(str(path), [_no_such_file(folder)])
    config = _config_of(path)
    raw = {key.removeprefix(_NAMESPACE): value for key, value in config.items() if key.startswith(_NAMESPACE)}
    return parse(raw, environment=environment, source=path.name, others=other_accounts(folder, environment))


def parse(
    raw: Mapping[str, Any], *, environment: str, source: str, others: Mapping[str, str] | None = None
) -> Settings:
    """Settings from plain data, or one error with everything that is wrong with it.

    Args:
        raw: What the file says, without the project's prefix.
        environment: The name of the stack.
        source: The name of the file, for messages.
        others: The account ids of the other environments, by environment.

    Raises:
        SettingsError: `raw` has problems.
    """
    problems: list[Problem] = [unknown_word(word, word, _FIELDS) for word in raw if word not in _FIELDS]
    # Pulumi.yaml knows no null: the default of an object that may be left out is an empty one.
    raw = {word: value for word, value in raw.items() if value != {}}
    draft: dict[str, Any] = {}
    for name, field in _FIELDS.items():
        if name in raw:
            _read(name, field, raw[name], draft, problems)
        elif field.is_required():
            problems.extend(_problems_of(Settings, {}, only=name))
        else:
            draft[name] = field.get_default(call_default_factory=True)
    if isinstance(raw.get("tenants"), Mapping):
        problems.extend(checks.names_collide(raw["tenants"]))
    if isinstance(raw.get("issuers"), Mapping):
        draft["issuerNames"] = set(raw["issuers"])  # a malformed issuer is a problem of its own, and is known
    problems.extend(checks.every_problem(draft, environment))
    problems.extend(_accounts_differ(draft.get("account"), environment, others or {}))
    if problems:
        raise SettingsError(source, problems)
    return Settings.model_validate({**raw, "environment": environment})


def stack_file_name(stack: str) -> str:
    """The name of the file that holds a stack's settings."""
    return f"Pulumi.{stack}.yaml"


def other_accounts(folder: Path, stack: str) -> dict[str, str]:
    """The account ids that the other stack files in `folder` name, by stack."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("Pulumi.*.yaml")):
        other = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
        account = _config_of(path).get(f"{_NAMESPACE}account")
        if other != stack and account is not None:
            found[other] = str(account)
    return found


def _read(name: str, field: FieldInfo, value: object, draft: dict[str, Any], problems: list[Problem]) -> None:
    """Validates one setting; a mapping entry by entry, so that a bad tenant does not hide the others' problems."""
    entries = value.items() if name in {"tenants", "issuers"} and isinstance(value, Mapping) else None
    if entries is None:
        found = list(_problems_of(Settings, {name: value}, only=name))
        problems.extend(found)
        if not found:
            adapter: TypeAdapter[Any] = TypeAdapter(field.annotation)
            draft[name] = adapter.validate_python(value)
        return
    draft[name] = {}
    for key, entry in entries:
        found = list(_problems_of(Settings, {name: {key: entry}}, only=name))
        problems.extend(found)
        if not found:
            _, entry_type = get_args(field.annotation)
            draft[name][key] = entry_type.model_validate(entry)


def _problems_of(model: type[Settings], raw: Mapping[str, Any], *, only: str) -> Iterator[Problem]:
    """The problems that `model` finds in the setting `only`; it is silent about the settings that are not in `raw`."""
    try:
        model.model_validate(raw)
    except ValidationError as error:
        for detail in error.errors():
            if detail["loc"][0] == only:
                yield from_validation(detail, prefix=(), known=_words_at(detail["loc"]))


def _words_at(location: tuple[int | str, ...]) -> list[str]:
    """The words that the mapping around a failing place may hold."""
    match location:
        case ("tenants", _, "keys", _, _):
            return _ENTRY_WORDS[KeySettings]
        case ("tenants", _, _):
            return _ENTRY_WORDS[TenantSettings]
        case ("issuers", _, _):
            return _ENTRY_WORDS[IssuerSettings]
        case ("logArchive", _):
            return _ENTRY_WORDS[LogArchiveSettings]
    return []


def _accounts_differ(account: str | None, environment: str, others: Mapping[str, str]) -> Iterator[Problem]:
    for other, its_account in others.items():
        if account is not None and account == its_account:
            yield Problem(
                where="account",
                what=f"{account} is the account of {other} too ({stack_file_name(other)})",
                why=f"{environment} and {other} are kept apart by having accounts of their own",
                do="Write the account of this environment, and roles of that account.",
            )


def _program_config() -> dict[str, str]:
    # pulumi.Config answers for names that one knows, and a misspelt name is what must be found here.
    from pulumi.runtime.config import CONFIG  # noqa: PLC0415 - see above

    return {key: value for key, value in CONFIG.get().items() if key.startswith(_NAMESPACE)}


def _decoded(key: str, value: str) -> Any:  # noqa: ANN401 - a setting of any form
    """A setting as the engine hands it over: text for text, JSON for everything else."""
    field = _FIELDS.get(key.removeprefix(_NAMESPACE))
    if field is not None and _is_text(field):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _is_text(field: FieldInfo) -> bool:
    return field.annotation is str


def _config_of(path: Path) -> dict[str, Any]:
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        problem = Problem(
            where="the file",
            what=f"is not YAML ({' '.join(str(error).split())})",
            why="Nothing can be read from it",
            do="Correct it; an editor with the schema in schemas/ shows where.",
        )
        raise SettingsError(path.name, [problem]) from None
    config = loaded.get("config") if isinstance(loaded, Mapping) else None
    return {key: _as_text(key, value) for key, value in (config or {}).items()}


def _as_text(key: str, value: object) -> object:
    """What the engine would make of a plain number in a setting that is text."""
    field = _FIELDS.get(key.removeprefix(_NAMESPACE))
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number and field is not None and _is_text(field) else value


def _no_such_file(folder: Path) -> Problem:
    found = ", ".join(path.name for path in sorted(folder.glob("Pulumi.*.yaml"))) or "none"
    return Problem(
        where="the file",
        what=f"does not exist; stack files in {folder}: {found}",
        why="The settings of an environment stand in its stack file",
        do="Run the command in the project's folder, or name an environment that has a file.",
    )
