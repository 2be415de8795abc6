"""How context keys are spelled: they compare without case, people read them with it."""

from __future__ import annotations

_KNOWN = """
        aws:CalledVia aws:CalledViaFirst aws:CalledViaLast aws:CurrentTime aws:EpochTime
        aws:FederatedProvider aws:MultiFactorAuthAge aws:MultiFactorAuthPresent
        aws:PrincipalAccount aws:PrincipalArn aws:PrincipalIsAWSService aws:PrincipalOrgID
        aws:PrincipalOrgPaths aws:PrincipalServiceName aws:PrincipalServiceNamesList
        aws:PrincipalTag aws:PrincipalType aws:RequestTag aws:RequestedRegion
        aws:ResourceAccount aws:ResourceOrgID aws:ResourceOrgPaths aws:ResourceTag
        aws:SecureTransport aws:SourceAccount aws:SourceArn aws:SourceIdentity aws:SourceIp
        aws:SourceOrgID aws:SourceOrgPaths aws:SourceVpc aws:SourceVpce aws:TagKeys
        aws:TokenIssueTime aws:UserAgent aws:ViaAWSService aws:VpcSourceIp
        iam:AWSServiceName iam:AssociatedResourceArn iam:PassedToService
        iam:PermissionsBoundary iam:PolicyARN iam:ResourceTag kms:CallerAccount kms:ViaService
        kms:EncryptionContext sts:ExternalId sts:RoleSessionName sts:SourceIdentity
        sts:TransitiveTagKeys sts:DurationSeconds
"""
_SPELLINGS = {key.lower(): key for key in _KNOWN.split()}


def spelled(key: str) -> str:
    """Return a lower-case key as AWS writes it, where that is known; a tag's name stays."""
    head, slash, tag = key.partition("/")
    return _SPELLINGS.get(head, head) + slash + tag
