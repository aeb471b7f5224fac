ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'FREE',
    ADD CONSTRAINT users_plan_known CHECK (plan IN ('FREE', 'CREATOR', 'HOLLYWOOD', 'ENTERPRISE'));
COMMENT ON COLUMN users.plan IS 'Subscription plan of the account.';
