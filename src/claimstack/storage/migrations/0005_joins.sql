-- The counters of a device tell "never" (NULL) from 0: a device may begin with either. `used_dev_nonces` is a list of 2 bytes
-- each, or, from 4,096 on, a bit for each of the 65,536.
ALTER TABLE nonce_history ADD COLUMN dev_nonce BIGINT;
ALTER TABLE nonce_history ADD COLUMN rj_count_0 BIGINT;
ALTER TABLE nonce_history ADD COLUMN rj_count_1 BIGINT;
UPDATE nonce_history SET
    dev_nonce = CASE WHEN last_join_nonce > 0 OR last_dev_nonce > 0 THEN last_dev_nonce END,
    rj_count_0 = CASE WHEN last_rj_count_0 > 0 THEN last_rj_count_0 END,
    rj_count_1 = CASE WHEN last_rj_count_1 > 0 THEN last_rj_count_1 END;
ALTER TABLE nonce_history DROP COLUMN last_dev_nonce;
ALTER TABLE nonce_history DROP COLUMN last_rj_count_0;
ALTER TABLE nonce_history DROP COLUMN last_rj_count_1;
ALTER TABLE nonce_history RENAME COLUMN dev_nonce TO last_dev_nonce;
ALTER TABLE nonce_history RENAME COLUMN rj_count_0 TO last_rj_count_0;
ALTER TABLE nonce_history RENAME COLUMN rj_count_1 TO last_rj_count_1;

-- The last ten sessions of a device (slot: JoinNonce modulo ten): AppSKey and SNwkSIntKey, sealed. A session belongs to the
-- owner (`epoch`) under whom it began: a claim wipes it, and what a race left behind answers nothing. `rj_count_0`: the last
-- RJcount0 of this session (LoRaWAN 1.1 §6.2.4).
CREATE TABLE join_session (
    end_device BIGINT NOT NULL REFERENCES end_device (id) ON DELETE CASCADE,
    slot BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    session_key_id BYTEA NOT NULL,
    keys_sealed BYTEA NOT NULL,
    keys_kek BIGINT NOT NULL,
    rj_count_0 BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (end_device, slot)
);
