-- Who made a link, or a token of a service account: names change, and two people may have the same.
ALTER TABLE invitations ADD COLUMN maker_id TEXT COLLATE "binary" REFERENCES users (id);
CREATE INDEX invitations_maker ON invitations (maker_id) WHERE maker_id IS NOT NULL;
ALTER TABLE tokens ADD COLUMN maker_id TEXT COLLATE "binary" REFERENCES users (id);
CREATE INDEX tokens_maker ON tokens (maker_id) WHERE maker_id IS NOT NULL;
