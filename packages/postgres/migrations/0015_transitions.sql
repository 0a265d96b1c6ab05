-- Until when we know the platform's state of a card or owner: the created_time of the transition that set it. Older ones
-- have no effect, in whatever order they come.
alter table cards add column platform_state_at timestamptz;
alter table owners add column platform_state_at timestamptz;
