"""The SCIM calls of an organization: identities and groups, in the manner of SCIM 1, over the same people."""
