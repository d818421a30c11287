"""Who may use the portal: sign-in, roles, and the audit trail of what administrators changed."""
