-- The ledger tells the next owner whether the root keys had been read in clear; the audit names the request it tells of.
ALTER TABLE claim_ledger ADD COLUMN root_keys_read BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE audit_record ADD COLUMN correlation_id TEXT NOT NULL DEFAULT '';
