"""Rows of the accounts, one file per noun."""

from portal.accounts.models.account import Account, Role
from portal.accounts.models.attempt import SignInAttempt
from portal.accounts.models.audit import AuditEntry
from portal.accounts.models.session import SignInSession

__all__ = ["Account", "AuditEntry", "Role", "SignInAttempt", "SignInSession"]
