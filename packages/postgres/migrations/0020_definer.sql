-- Undoing an approval is the one change of a decision's outcome that is right. It runs with the owner's rights, so that the role of a
-- gateway needs none to change what was decided (docs/decisions/0030-roles-by-process.md); a commit does not come through here.
do $$
begin
  execute format('alter function void_authorization(text, bigint) security definer set search_path = pg_catalog, %I, pg_temp', current_schema());
end $$;
