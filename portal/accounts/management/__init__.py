"""Management of the accounts from a shell."""
