-- The address of a webhook often holds a token: it is a secret of the group, and what stands in the row is where it leads.
-- is_sealed: 0 of groups from before, whose addresses the first server that starts seals.
ALTER TABLE notice_channels ADD COLUMN is_sealed BIGINT NOT NULL DEFAULT 0 CHECK (is_sealed IN (0, 1));
CREATE INDEX notice_channels_unsealed ON notice_channels (id) WHERE is_sealed = 0;
