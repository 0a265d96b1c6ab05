-- Webhooks that were accepted while the broker could not take them. A forwarder publishes them, oldest first, and deletes
-- each once the broker has confirmed it.
create table stored_webhooks (
  position bigint generated always as identity primary key,
  -- the id of the message it becomes: published twice, it is the same message twice
  webhook_id uuid not null unique,
  -- text and not json: it is passed on character by character as it came
  body text not null,
  stored_at timestamptz not null default now()
);
