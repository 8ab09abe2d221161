"""The tree; people (who need no sign-in), offices, terms, declared interests; the county's dated settings."""
