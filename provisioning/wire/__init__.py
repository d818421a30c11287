"""HTTP as the portal speaks it with targets and sources: rules on addresses, errors, a record of what was said."""
