-- What became of the rows of an import is kept by the batch, hundreds together (`imports/report.py`): a row of a table for
-- each cost as much as all root keys. `first_row`: its number, from 0 without gaps; `failed_count` of the `row_count` failed.
DROP TABLE import_row;
CREATE TABLE import_report (
    job BIGINT NOT NULL REFERENCES import_job (id) ON DELETE CASCADE,
    first_row BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    failed_count BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (job, first_row)
);
