-- Notices at size: every look goes by an index. And exports that were taken for failing although a person had stopped
-- what they needed.

-- Who follows an export, and who follows everything; which of them have a limit of silence.
CREATE INDEX follows_by_export ON follows (export_id, user_id);
CREATE INDEX follows_silent ON follows (export_id, user_id) WHERE silent_hours > 0;
CREATE INDEX notice_channels_silent ON notice_channels (follows_all, id) WHERE removed_at = 0 AND silent_hours > 0;
CREATE INDEX notice_alerts_follower ON notice_alerts (follower, export_id);

-- Since when exports that are switched on and connected have delivered nothing.
CREATE INDEX exports_silent ON exports (removed_at, (CASE WHEN refreshed_at > 0 THEN refreshed_at ELSE created_at END), id)
    WHERE enabled = 1 AND connection_id IS NOT NULL;

-- What is next for each person and group, who is being sent to, and what a notice led to.
CREATE INDEX notice_sendings_of_user ON notice_sendings (user_id, next_attempt_at, id) WHERE ended_at = 0;
CREATE INDEX notice_sendings_of_channel ON notice_sendings (channel_id, next_attempt_at, id) WHERE ended_at = 0;
CREATE INDEX notice_sendings_leased ON notice_sendings (lease_until) WHERE ended_at = 0 AND lease_until > 0;
CREATE INDEX notice_sendings_notice ON notice_sendings (notice_id);

-- The migration before held every export whose last run was skipped to be failing. A skip because a person stopped what
-- the run needed is no failure: all is well unless something else has failed since the last delivery.
UPDATE exports SET failing_since = 0
WHERE failing_since > 0
  AND EXISTS
    (SELECT 1 FROM runs r
     WHERE r.export_id = exports.id AND r.ended_at > exports.refreshed_at AND r.mark = 0
       AND r.status = 'skipped' AND r.reason LIKE '{"code":"upstream_canceled"%')
  AND NOT EXISTS
    (SELECT 1 FROM runs r
     WHERE r.export_id = exports.id AND r.ended_at > exports.refreshed_at AND r.mark = 0
       AND (r.status IN ('failed', 'missed')
            OR (r.status = 'skipped' AND COALESCE(r.reason, '') NOT LIKE '{"code":"upstream_canceled"%')));
