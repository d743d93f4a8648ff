"""Amazon S3: the nested inputs of bucket settings, with their members' names in S3's API."""

from sandbox.provider.shapes import Field

ENCRYPTION_RULE = {
    "applyServerSideEncryptionByDefault": Field(
        aws="ApplyServerSideEncryptionByDefault",
        fields={
            "sseAlgorithm": Field(aws="SSEAlgorithm", required=True),
            "kmsMasterKeyId": Field(aws="KMSMasterKeyID"),
        },
    ),
    "bucketKeyEnabled": Field(aws="BucketKeyEnabled"),
}

DEFAULT_RETENTION = {
    "mode": Field(aws="Mode"),
    "days": Field(aws="Days"),
    "years": Field(aws="Years"),
}

_SIZES = {
    "objectSizeGreaterThan": Field(aws="ObjectSizeGreaterThan"),
    "objectSizeLessThan": Field(aws="ObjectSizeLessThan"),
    "prefix": Field(aws="Prefix"),
}

_TRANSITION = {
    "date": Field(aws="Date"),
    "days": Field(aws="Days"),
    "storageClass": Field(aws="StorageClass", required=True),
}

_NONCURRENT_EXPIRATION = {
    "newerNoncurrentVersions": Field(aws="NewerNoncurrentVersions"),
    "noncurrentDays": Field(aws="NoncurrentDays", required=True),
}

LIFECYCLE_RULE = {
    "id": Field(aws="ID", required=True),
    "status": Field(aws="Status", required=True),
    "prefix": Field(aws="Prefix"),
    "filter": Field(
        aws="Filter",
        fields={
            **_SIZES,
            "tag": Field(
                aws="Tag",
                fields={"key": Field(aws="Key", required=True), "value": Field(aws="Value", required=True)},
            ),
            "and": Field(aws="And", fields={**_SIZES, "tags": Field(aws="Tags", tags=True)}),
        },
    ),
    "expiration": Field(
        aws="Expiration",
        fields={
            "date": Field(aws="Date"),
            "days": Field(aws="Days"),
            "expiredObjectDeleteMarker": Field(aws="ExpiredObjectDeleteMarker"),
        },
    ),
    "abortIncompleteMultipartUpload": Field(
        aws="AbortIncompleteMultipartUpload",
        fields={"daysAfterInitiation": Field(aws="DaysAfterInitiation")},
    ),
    "noncurrentVersionExpiration": Field(aws="NoncurrentVersionExpiration", fields=_NONCURRENT_EXPIRATION),
    "noncurrentVersionTransitions": Field(
        aws="NoncurrentVersionTransitions",
        fields={**_NONCURRENT_EXPIRATION, "storageClass": Field(aws="StorageClass", required=True)},
    ),
    "transitions": Field(aws="Transitions", fields=_TRANSITION),
}
