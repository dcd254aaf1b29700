-- Lists of a million devices: every order, filter and search of a page is found by an index. What may be absent stands first.
CREATE INDEX end_device_by_application_dev_eui ON end_device (application, coalesce(dev_eui, ''), id);
CREATE INDEX end_device_by_application_join_eui ON end_device (application, join_eui, id);
CREATE INDEX end_device_by_application_last_seen ON end_device (application, coalesce(last_seen_at, 0), id);
CREATE INDEX end_device_by_application_name ON end_device (application, lower(name) COLLATE "C", id) WHERE name <> '';
CREATE INDEX end_device_claimed_in ON end_device (application, id) WHERE maker_application <> application;

-- Under which owner the device joined last; another `epoch`: never under the present one.
ALTER TABLE end_device ADD COLUMN joined_epoch BIGINT NOT NULL DEFAULT 0;
UPDATE end_device SET joined_epoch = epoch
    WHERE EXISTS (SELECT 1 FROM join_session s WHERE s.end_device = end_device.id AND s.epoch = end_device.epoch);
CREATE INDEX end_device_never_joined ON end_device (application, id) WHERE joined_epoch <> epoch;

-- Who follows a link to a device that they had is told that it went.
CREATE INDEX claim_ledger_by_source ON claim_ledger (source_application, source_device_uid);

-- A code goes where its device goes. Codes without an end are found as ending last.
ALTER TABLE claim_code ADD COLUMN application BIGINT NOT NULL DEFAULT 0;
UPDATE claim_code SET application = (SELECT d.application FROM end_device d WHERE d.id = claim_code.end_device);
CREATE INDEX claim_code_by_application
    ON claim_code (application, coalesce(valid_to, 9223372036854775807), end_device);
