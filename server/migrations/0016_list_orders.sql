-- The list of exports by labels and by owner. label_fold: the first label, owner_fold: the name of the owner, both as names
-- are compared; empty without one.
ALTER TABLE exports ADD COLUMN label_fold TEXT COLLATE "binary" NOT NULL DEFAULT '';
ALTER TABLE exports ADD COLUMN owner_fold TEXT COLLATE "binary" NOT NULL DEFAULT '';

-- labels has one a line.
UPDATE exports SET label_fold = COALESCE(
    (SELECT l.label_fold FROM export_labels l
     WHERE l.export_id = exports.id
       AND substr(exports.labels || '
', 1, length(l.label) + 1) = l.label || '
'), '')
WHERE labels <> '';
UPDATE exports SET owner_fold = COALESCE((SELECT u.name_fold FROM users u WHERE u.id = exports.owner_id), '')
WHERE owner_id IS NOT NULL;

CREATE INDEX exports_by_labels ON exports (removed_at, label_fold, name_fold, id);
CREATE INDEX exports_by_owner ON exports (removed_at, owner_fold, name_fold, id);
