-- A device's owner asks where it is claimed.
CREATE INDEX upstream_claim_by_end_device ON upstream_claim (end_device);
