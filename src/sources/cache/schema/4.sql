-- What GitHub says of the progress of sub-issues: JSON, or NULL.
ALTER TABLE issues ADD COLUMN sub_issue_summary TEXT;
