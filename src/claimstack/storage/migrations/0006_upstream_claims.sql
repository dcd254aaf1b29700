-- Claims at other Join Servers, from before the first call until they are given up. `uid` is JoinEUI:DevEUI:application.
-- 'claiming': asked for, perhaps done there, not registered here yet; 'claimed': registered here; 'releasing': to be given up there.
-- `order_sealed` (what was asked for, with the code) is kept only while 'claiming'; `due_at` is when to ask again, NULL when settled;
-- `unanswered` counts calls whose outcome nobody knows.
CREATE TABLE upstream_claim (
    uid TEXT PRIMARY KEY,
    join_eui BYTEA NOT NULL,
    dev_eui BYTEA NOT NULL,
    application BIGINT NOT NULL,
    device_uid TEXT NOT NULL,
    end_device BIGINT,
    join_server TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('claiming', 'claimed', 'releasing')),
    claimer TEXT NOT NULL,
    code_hash BYTEA NOT NULL,
    pepper BIGINT NOT NULL,
    order_sealed BYTEA,
    order_kek BIGINT,
    unanswered BIGINT NOT NULL DEFAULT 0,
    trouble TEXT NOT NULL DEFAULT '',
    due_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX upstream_claim_by_due ON upstream_claim (due_at);
CREATE INDEX upstream_claim_by_application ON upstream_claim (application, uid);

-- When a claim at another Join Server registered the device, until a client registers it, too, as clients do after such a claim.
ALTER TABLE end_device ADD COLUMN claimed_upstream_at BIGINT;
