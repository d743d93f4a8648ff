"""An issuer without an API for its keys: a person brings them (shape F)."""

from collections.abc import Mapping

from rotation_lambda.contracts import Place, Probe, Shape, Traits
from rotation_lambda.issuers.data_options import FAILED, PROBE, SETTLES
from rotation_lambda.issuers.described import Described, probe_problems, settling
from rotation_lambda.issuers.options import OptionProblem
from rotation_lambda.value import ApiKeyValue


class Manual(Described):
    """Tries what a person brought, if the settings say how; makes, lists and revokes nothing."""

    name = "manual"
    described = {"probe": PROBE, "failed": FAILED, "settlesWithinSeconds": SETTLES}
    admin_fields = ()

    @classmethod
    def problems(cls, base_url: str | None, options: Mapping[str, object]) -> list[OptionProblem]:
        """A base URL is needed for a probe, and for nothing else."""
        wrong = super().problems(base_url, options) or probe_problems(options)
        if "probe" in options and base_url is None:
            missing = OptionProblem(
                where="baseUrl", what="is missing", why="The probe goes there", do="Write the issuer's https address."
            )
            wrong.append(missing)
        return wrong

    @classmethod
    def traits_for(cls, options: Mapping[str, object]) -> Traits:
        """A person revokes the old key, too."""
        return Traits(shape=Shape.MANUAL, settles_within=settling(options), revokes=False)

    @classmethod
    def _address(cls, base_url: str | None, options: Mapping[str, object]) -> str:
        return base_url or _NOWHERE

    def probe(self, place: Place, value: ApiKeyValue) -> Probe:
        """Tries the key as the settings say; without a probe the person's word is taken for it."""
        return self._probed(place, value) if "probe" in self._options else Probe.VALID


_NOWHERE = "https://manual.invalid"  # RFC 2606: never a host; without a probe nothing is ever sent there
