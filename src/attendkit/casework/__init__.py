"""What people did: typed entries, appended and never changed."""
