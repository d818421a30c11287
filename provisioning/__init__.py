"""The domain: users and groups of a directory are provisioned into applications."""
