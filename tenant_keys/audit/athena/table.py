"""The Glue table over a trail's log objects: CloudTrail's records as AWS describes them to Athena.

Columns, SerDe and formats are those of "Create the table for CloudTrail logs in Athena using partition projection" in
the Athena User Guide. The partitions are computed from what a question asks for: nothing crawls, nothing is repaired.
"""

from collections.abc import Mapping, Sequence

from tenant_keys.naming import Names

SERDE = "org.apache.hive.hcatalog.data.JsonSerDe"
INPUT_FORMAT = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
OUTPUT_FORMAT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
# How a day stands in the key of a log object, to Python and to Athena.
DAY = "%Y/%m/%d"
_DAY_OF_PROJECTION = "yyyy/MM/dd"
# Before this no trail of this program ran; a day without objects costs nothing.
_FIRST_DAY = "2024/01/01"

_ISSUER = "type:string,principalid:string,arn:string,accountid:string,username:string"
_SESSION = (
    f"attributes:struct<mfaauthenticated:string,creationdate:string>,sessionissuer:struct<{_ISSUER}>,"
    "sourceidentity:string"  # which AWS's example leaves out
)
_USER = (
    "type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,"
    f"sessioncontext:struct<{_SESSION}>"
)
_TYPES = {"useridentity": f"struct<{_USER}>", "resources": "array<struct<arn:string,accountid:string,type:string>>"}
_NAMES = (
    "eventversion",
    "useridentity",
    "eventtime",
    "eventsource",
    "eventname",
    "awsregion",
    "sourceipaddress",
    "useragent",
    "errorcode",
    "errormessage",
    "requestparameters",
    "responseelements",
    "additionaleventdata",
    "requestid",
    "eventid",
    "readonly",
    "resources",
    "eventtype",
    "apiversion",
    "recipientaccountid",
    "serviceeventdetails",
    "sharedeventid",
    "vpcendpointid",
    "eventcategory",
)
COLUMNS: Mapping[str, str] = {name: _TYPES.get(name, "string") for name in _NAMES}
PARTITIONS: tuple[str, ...] = ("account", "region", "day")

# Every region that an account may use (AWS General Reference, "Regions"), by partition. A log object of a region that
# is not here would not be found, so `reading` compares the list with the bucket before it asks.
REGIONS: Mapping[str, Sequence[str]] = {
    "aws": (
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-south-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-central-1",
        "ca-west-1",
        "eu-central-1",
        "eu-central-2",
        "eu-north-1",
        "eu-south-1",
        "eu-south-2",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    ),
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
    "aws-us-gov": ("us-gov-east-1", "us-gov-west-1"),
    "aws-eusc": ("eusc-de-east-1",),
}


def location(names: Names) -> str:
    """Below which the objects lie."""
    return f"s3://{names.trail_bucket()}/AWSLogs/"


def projection(names: Names, regions: Sequence[str]) -> dict[str, str]:
    """The table's parameters, from which Athena computes the partitions."""
    template = "${account}/CloudTrail/${region}/${day}/"
    return {
        "classification": "cloudtrail",
        "projection.enabled": "true",
        "projection.account.type": "enum",
        "projection.account.values": names.account,
        "projection.region.type": "enum",
        "projection.region.values": ",".join(regions),
        "projection.day.type": "date",
        "projection.day.format": _DAY_OF_PROJECTION,
        "projection.day.range": f"{_FIRST_DAY},NOW",
        "projection.day.interval": "1",
        "projection.day.interval.unit": "DAYS",
        "storage.location.template": f"{location(names)}{template}",
    }
