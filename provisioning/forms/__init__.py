"""One form per page that takes input."""
