"""What all pages share: the site they stand on, templates and their headers, assets, the session cookie, forms."""
