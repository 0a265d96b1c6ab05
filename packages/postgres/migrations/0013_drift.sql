-- By account: what brought one below zero, and what is listed of one that is closed.
create index record_exceptions_account on record_exceptions (account_id);
