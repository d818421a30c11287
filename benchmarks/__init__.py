"""What the portal costs: figures taken by hand with `make bench`, never by a test."""
