"""Any issuer that makes several keys side by side and deletes them, described in the settings (shape B)."""

from collections.abc import Mapping
from dataclasses import replace

from rotation_lambda.contracts import Place, Probe, Shape, Traits
from rotation_lambda.issuers.data_options import CREATE, DELETE, FAILED, HEADERS, LIST, MOST_KEYS, PROBE, SETTLES
from rotation_lambda.issuers.described import most_keys, probe_problems, settling
from rotation_lambda.issuers.keys_from_data import KeysFromData
from rotation_lambda.issuers.options import OptionProblem
from rotation_lambda.value import ApiKeyValue


class HttpMint(KeysFromData):
    """Reads no document but the settings: they must say what the issuer's documents say.

    The names under which keys are made must be in the list, whole: without them no lost key would ever be found.
    """

    name = "http-mint"
    described = {
        "headers": HEADERS,
        "create": replace(CREATE, required=True),
        "list": replace(LIST, required=True),
        "delete": replace(DELETE, required=True),
        "probe": replace(PROBE, required=True),
        "failed": FAILED,
        "settlesWithinSeconds": SETTLES,
        "mostKeys": MOST_KEYS,
    }

    @classmethod
    def problems(cls, base_url: str | None, options: Mapping[str, object]) -> list[OptionProblem]:
        """Also whether the probe can tell tenants apart."""
        return super().problems(base_url, options) or probe_problems(options)

    @classmethod
    def traits_for(cls, options: Mapping[str, object]) -> Traits:
        """As the options say."""
        return Traits(shape=Shape.MINT, settles_within=settling(options), most_live=most_keys(options))

    def probe(self, place: Place, value: ApiKeyValue) -> Probe:
        """Tries the key as the settings say."""
        return self._probed(place, value)
