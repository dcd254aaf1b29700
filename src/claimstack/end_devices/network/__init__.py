"""What clients ask a Network or Application Server about before they register a device. No traffic passes here."""
