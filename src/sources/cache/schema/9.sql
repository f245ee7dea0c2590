-- What `check` asks of every issue: its title, and what its body says it is a part of.
CREATE INDEX headlines ON issues (cache, title, parents) WHERE is_pull = 0;
