-- A main line keeps every commit whose date is not that of the next newer one, wrong dates too: what was kept before lacks them.
DELETE FROM main_lines;
