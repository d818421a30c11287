"""A generic SCIM 2.0 service at /scim/v2, apart from GoTo: users, groups, both ways of PATCH, and bad manners."""
