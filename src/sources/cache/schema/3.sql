-- Task lists of comments, also where the body has one: NULL where not all comments were read for it.
ALTER TABLE issues ADD COLUMN comment_tasks TEXT;
UPDATE issues SET comment_tasks = tasks WHERE tasks_below;
-- Parents are those that a body names; those that came from elsewhere are read anew.
UPDATE issues SET asked_fields = -1 - asked_fields WHERE parents IS NOT NULL AND asked_fields >= 0;
