CREATE TABLE mail_links (
    id uuid PRIMARY KEY,
    purpose text NOT NULL,
    email text NOT NULL,
    user_id uuid REFERENCES users ON DELETE CASCADE,
    display_name text,
    role text,
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT mail_links_purpose_known CHECK (
        purpose IN ('sign-up', 'invitation', 'organisation-invitation', 'recovery', 'change-email', 'restore')
    ),
    CONSTRAINT mail_links_email_lower CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
    CONSTRAINT mail_links_display_name_length CHECK (length(display_name) BETWEEN 1 AND 120)
);
COMMENT ON TABLE mail_links IS 'Links sent by mail, each good once. No token is stored: it names the link under a MAC.';
COMMENT ON COLUMN mail_links.email IS 'Address that the link was sent to.';
COMMENT ON COLUMN mail_links.user_id IS 'Account that it acts on; absent when it makes one.';
COMMENT ON COLUMN mail_links.role IS 'Role that an invitation gives.';
COMMENT ON COLUMN mail_links.ended_at IS 'When it was used, declined or taken back.';
CREATE INDEX mail_links_open_by_email ON mail_links (email, purpose) WHERE ended_at IS NULL;
CREATE INDEX mail_links_by_user ON mail_links (user_id);
CREATE INDEX mail_links_by_expiry ON mail_links (expires_at);

CREATE TABLE mail_outbox (
    id uuid PRIMARY KEY,
    recipient text NOT NULL,
    message jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    last_error text,
    sent_at timestamptz,
    given_up_at timestamptz,
    CONSTRAINT mail_outbox_attempts_count CHECK (attempts >= 0)
);
COMMENT ON TABLE mail_outbox IS 'Mails to be sent, written in the transaction of what causes them.';
COMMENT ON COLUMN mail_outbox.message IS 'What the mail is about. Never a token: the link is made when the mail is sent.';
CREATE INDEX mail_outbox_due ON mail_outbox (next_attempt_at) WHERE sent_at IS NULL AND given_up_at IS NULL;
CREATE INDEX mail_outbox_by_age ON mail_outbox (created_at);
