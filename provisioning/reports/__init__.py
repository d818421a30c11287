"""What happened, told outside of pages: entries as Microsoft's JSON, and files of them."""
