"""Commands of the portal, and what they are made of."""
