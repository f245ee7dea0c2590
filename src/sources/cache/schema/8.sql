-- Where a body says that the work of its issue goes on: OWNER/NAME#NUMBER, or NULL.
ALTER TABLE issues ADD COLUMN continued_in TEXT;
